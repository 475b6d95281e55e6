#pragma once

#include "plugins/slot.h"

#include <functional>
#include <memory>

namespace aip::plugins {

/// Takes a slot that nobody uses any more and sees to it that it is stopped. Called once, on the thread that let go of
/// it last: that may be one of the plugin's.
using Retire = std::function<void(std::shared_ptr<Slot> slot)>;

/// What all hold of a slot but its own threads, whose hold does not keep it from being stopped: when the last copy of
/// the lease is gone, `retire` gets the slot.
std::shared_ptr<Slot> lease(std::shared_ptr<Slot> slot, Retire retire);

/// Retires a slot there and then, with a limit of five seconds. Blocks.
void stopHere(const std::shared_ptr<Slot>& slot);

}  // namespace aip::plugins
