#pragma once

#include "base/descriptor.h"
#include "plugins/lease.h"
#include "plugins/slot_settings.h"

namespace aip::plugins {

/// A lease of a new slot with the isolation of the settings. `library` is open on the file, or the folder of a program,
/// that the gate has admitted. A program never runs in the agent: the gate's caller has refused that.
std::shared_ptr<Slot> makeSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                               SlotWiring wiring = {}, Retire retire = stopHere);

}  // namespace aip::plugins
