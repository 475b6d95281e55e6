#include "mcp/relist.h"

#include <algorithm>

namespace aip::mcp {

void Relist::changed(TimePoint now) {
    if (!_at) {
        _at = std::max(now + pause, _asked == TimePoint() ? now : _asked + between);
    }
}

Relist::TimePoint Relist::next(bool lists) const {
    if (!_at) {
        return TimePoint::max();
    }
    return lists ? std::max(*_at, _asked + patience) : *_at;
}

bool Relist::due(TimePoint now, bool lists) {
    const bool isDue = now >= next(lists);
    if (isDue) {
        _at.reset();
        _asked = now;
    }
    return isDue;
}

}  // namespace aip::mcp
