#pragma once

#include "plugins/slot.h"

#include <functional>
#include <memory>

namespace aip::plugins {

/// Stops a slot that is not used any more, here or elsewhere. Called once, on the thread that has dropped the last copy
/// of the lease: that may be one of the plugin's own threads.
using Retire = std::function<void(std::shared_ptr<Slot> slot)>;

/// A handle to `slot` for everyone but the slot's own threads: when its last copy is gone, `retire` gets the slot. The
/// slot's threads hold the slot itself, which does not keep it from being stopped. Any thread.
std::shared_ptr<Slot> lease(std::shared_ptr<Slot> slot, Retire retire);

/// Stops the slot on this thread, with a limit of five seconds. Blocks.
void stopHere(const std::shared_ptr<Slot>& slot);

}  // namespace aip::plugins
