#include "plugins/lease.h"

#include <chrono>
#include <utility>

namespace aip::plugins {

std::shared_ptr<Slot> lease(std::shared_ptr<Slot> slot, Retire retire) {
    Slot* const leased = slot.get();
    return {leased, [slot = std::move(slot), retire = std::move(retire)](Slot*) mutable { retire(std::move(slot)); }};
}

void stopHere(const std::shared_ptr<Slot>& slot) {
    slot->stop(std::chrono::seconds(5));
}

}  // namespace aip::plugins
