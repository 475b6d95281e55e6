#pragma once

#include "base/descriptor.h"
#include "plugins/lease.h"
#include "plugins/slot_settings.h"

namespace aip::plugins {

/// A lease of a new slot with the isolation of the settings. `library` is open on the file that the gate has admitted.
std::shared_ptr<Slot> makeSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                               SlotWiring wiring = {}, Retire retire = stopHere);

}  // namespace aip::plugins
