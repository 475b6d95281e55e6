#include "plugins/restart_policy.h"

#include <algorithm>

namespace aip::plugins {

bool RestartPolicy::add(base::Clock::TimePoint now) {
    while (!_recent.empty() && now - _recent.front() > _window) {
        _recent.pop_front();
    }
    if (_recent.empty()) {
        _backoff.reset();
    }
    _recent.push_back(now);
    if (_recent.size() > std::max(_most, 1U)) {
        _recent.pop_front();
    }
    _retryAt = now + _backoff.next();
    return _most > 0 && _recent.size() >= _most;
}

void RestartPolicy::clear() {
    _recent.clear();
    _backoff.reset();
    _retryAt = {};
}

}  // namespace aip::plugins
