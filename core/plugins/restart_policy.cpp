#include "plugins/restart_policy.h"

#include <algorithm>
#include <utility>

namespace aip::plugins {

bool RestartPolicy::add(TimePoint now) {
    ++_failures;
    _hasFailed = true;
    while (!_recent.empty() && now - _recent.front() > _window) {
        _recent.pop_front();
    }
    if (_recent.empty()) {
        _backoff.reset();
    }
    _recent.push_back(now);
    if (_most > 0 && (_recent.size() >= _most || failsSoonAfterQuarantine(now))) {
        quarantine(now);
        return true;
    }
    _retryAt = now + _backoff.next();
    return false;
}

bool RestartPolicy::failsSoonAfterQuarantine(TimePoint now) const {
    return _quarantine.count() > 0 && now - _quarantineEnd <= _quarantine;
}

void RestartPolicy::quarantine(TimePoint now) {
    const auto next = failsSoonAfterQuarantine(now) ? 2 * _quarantine : _window;
    _quarantine = std::min(next, longestQuarantine);
    _quarantineEnd = _retryAt = now + _quarantine;
    _recent.clear();
}

void RestartPolicy::neverUp(TimePoint now) {
    ++_failures;
    _hasFailed = true;
    _retryAt = now + _firstStart;
    _firstStart = std::min(2 * _firstStart, longestWaitForFirstStart);
}

void RestartPolicy::launched() {
    _relaunches += std::exchange(_hasFailed, false) ? 1 : 0;
}

void RestartPolicy::started() {
    _shortage.reset();
    _firstStart = firstWaitForFirstStart;
}

void RestartPolicy::postpone(TimePoint now) {
    _retryAt = now + _shortage.next();
}

void RestartPolicy::clear() {
    _recent.clear();
    _backoff.reset();
    _shortage.reset();
    _firstStart = firstWaitForFirstStart;
    _retryAt = {};
    _quarantine = {};
}

}  // namespace aip::plugins
