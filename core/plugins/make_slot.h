#pragma once

#include "base/descriptor.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <memory>

namespace aip::plugins {

/// The slot that the settings' isolation wants. `library` is open on the file to load: what the gate has admitted.
/// Whoever lets go of it last stops it, with a limit of five seconds.
std::shared_ptr<Slot> makeSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                               SlotWiring wiring = {});

}  // namespace aip::plugins
