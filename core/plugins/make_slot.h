#pragma once

#include "base/descriptor.h"
#include "plugins/lease.h"
#include "plugins/slot_settings.h"

namespace aip::plugins {

/// A lease of the slot that the settings' isolation wants. `library` is open on the file to load: what the gate has
/// admitted.
std::shared_ptr<Slot> makeSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                               SlotWiring wiring = {}, Retire retire = stopHere);

}  // namespace aip::plugins
