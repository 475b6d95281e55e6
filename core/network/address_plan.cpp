#include "network/address_plan.h"

#include <algorithm>

namespace aip::network {

bool AddressPlan::next() {
    const bool more = left() > 0;
    _tried += more ? 1 : 0;
    return more;
}

AddressPlan::TimePoint AddressPlan::connectDeadline(TimePoint now) const {
    return left() == 0 ? _deadline : now + std::min<base::Clock::Duration>(connectCap, share(now));
}

}  // namespace aip::network
