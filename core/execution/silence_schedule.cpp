#include "execution/silence_schedule.h"

namespace aip::execution {

using std::chrono::milliseconds;

std::optional<milliseconds> SilenceSchedule::due(TimePoint now, TimePoint lastSign) {
    const auto silent = std::chrono::duration_cast<milliseconds>(now - lastSign);
    if (silent < _first) {
        _limit = _first;
    }
    if (silent < _limit) {
        return std::nullopt;
    }
    _limit = 2 * silent;
    return silent;
}

}  // namespace aip::execution
