#include "runner/hang_watch.h"

namespace aip::runner {

bool HangWatch::gaveUp(TimePoint made, bool late, TimePoint now) {
    if (late && made >= _lastInVain) {
        ++_inVain;
        _lastInVain = now;
    }
    const bool first = !_pinged;
    _pinged = _pinged.value_or(now);
    return first;
}

void HangWatch::called(TimePoint now) {
    if (_pinged) {
        _asked = _asked.value_or(now);
    }
}

void HangWatch::heard() {
    _pinged.reset();
    _asked.reset();
}

std::string HangWatch::verdict(TimePoint oldest, TimePoint now) const {
    if (now < next(oldest)) {
        return {};
    }
    if (_inVain >= mostInVain) {
        return "it hangs: " + std::to_string(_inVain) + " calls, one after the other, were not answered in time";
    }
    return "it hangs: it has said nothing for " +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now - *_pinged).count()) +
           " s, not even to a ping";
}

HangWatch::TimePoint HangWatch::next(TimePoint oldest) const {
    if (_inVain >= mostInVain) {
        return {};
    }
    const bool mayBeBusy = _pinged && oldest < *_pinged;
    return _asked && !mayBeBusy ? *_asked + patience : TimePoint::max();
}

}  // namespace aip::runner
