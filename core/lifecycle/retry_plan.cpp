#include "lifecycle/retry_plan.h"

#include <algorithm>

namespace aip::lifecycle {

using base::log::Level;

namespace {

std::string nextIn(std::chrono::milliseconds wait) {
    return "next attempt in " + std::to_string(wait.count()) + " ms";
}

}  // namespace

RetryPlan::RetryPlan(const RetrySettings& settings, const base::Backoff::Random& random)
    : _maxRetries(settings.maxRetries),
      _cap(settings.backoffCap),
      _backoff(settings.backoffBase, settings.backoffCap, random),
      _ownConnection(settings.backoffBase, settings.occupiedCap, random),
      _anotherDevice(settings.occupiedCap, std::max(settings.occupiedCap, settings.backoffCap), random) {}

void RetryPlan::registered() {
    _attempts = 0;
    _retries = 0;
    _phase = Phase::free;
    _occupiedSince.reset();
    _refusals = 0;
    _ownConnection.reset();
    _anotherDevice.reset();
}

RetryPlan::Step RetryPlan::next(Cause cause, base::Clock::TimePoint now, std::chrono::milliseconds stayAway) {
    if (_maxRetries != 0 && _retries >= _maxRetries) {
        return {std::nullopt, Level::error,
                "giving up after " + std::to_string(_attempts) + " attempts (connection.max_retries)"};
    }
    ++_retries;
    return cause == Cause::occupied ? occupied(now) : failed(stayAway);
}

RetryPlan::Step RetryPlan::failed(std::chrono::milliseconds stayAway) {
    _phase = Phase::free;
    const auto backoff = _backoff.next();
    const auto wait = stayAway.count() == 0 ? backoff : std::min(stayAway + backoff, _cap);
    return {wait, Level::info, nextIn(wait)};
}

RetryPlan::Step RetryPlan::occupied(base::Clock::TimePoint now) {
    _occupiedSince = _occupiedSince.value_or(now);
    ++_refusals;
    const Phase phase = now - *_occupiedSince < ownConnectionLimit ? Phase::ownConnection : Phase::anotherDevice;
    const auto wait = (phase == Phase::ownConnection ? _ownConnection : _anotherDevice).next();
    const bool told = phase == _phase && (phase == Phase::ownConnection || now - _lastLine < summaryInterval);
    if (!told) {
        _lastLine = now;
    }
    _phase = phase;
    const std::string what =
        phase == Phase::ownConnection ? "waiting for the server to drop our old connection" : occupiedFor(now);
    return {wait, told ? Level::debug : Level::warn, what + "; " + nextIn(wait)};
}

std::string RetryPlan::occupiedFor(base::Clock::TimePoint now) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *_occupiedSince);
    return "refused as already registered for " + std::to_string(seconds.count()) + " s (" + std::to_string(_refusals) +
           " times): another device may have this client.id";
}

}  // namespace aip::lifecycle
