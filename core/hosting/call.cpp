#include "hosting/call.h"

#include "base/json_members.h"

#include <algorithm>
#include <utility>

namespace aip::hosting {
namespace {

constexpr std::size_t deepestAccount = 16;

}  // namespace

Call::Call(Request request, Completion done, Progress progress)
    : _request(std::move(request)),
      _progress(std::move(progress)),
      _done(std::move(done)),
      _lastSign(std::chrono::steady_clock::now()) {}

bool Call::finish(Outcome outcome) {
    Completion done;
    {
        const std::lock_guard lock(_mutex);
        if (_finished) {
            return false;
        }
        _finished = true;
        done.swap(_done);
    }
    if (done) {
        done(std::move(outcome));
    }
    return true;
}

bool Call::finished() const {
    const std::lock_guard lock(_mutex);
    return _finished;
}

void Call::cancel(base::Code reason, std::string text) {
    {
        const std::lock_guard lock(_mutex);
        if (_cancelled) {
            return;
        }
        _cancelled.emplace(reason, std::move(text));
    }
    _cancelRaised.notify_all();
}

bool Call::cancelled() const {
    const std::lock_guard lock(_mutex);
    return _cancelled.has_value();
}

Outcome Call::cancelOutcome() const {
    const std::lock_guard lock(_mutex);
    return _cancelled ? Outcome::failure(_cancelled->code(), _cancelled->text())
                      : Outcome::failure(base::Code::cancelled, "the call was cancelled");
}

bool Call::waitCancelled(std::chrono::milliseconds limit) const {
    std::unique_lock lock(_mutex);
    return _cancelRaised.wait_for(lock, limit, [this] { return _cancelled.has_value(); });
}

std::chrono::milliseconds Call::remaining() const {
    const auto left = _request.deadline - std::chrono::steady_clock::now();
    return std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(left));
}

void Call::begin() {
    const auto now = std::chrono::steady_clock::now();
    _begun = now;
    _lastSign = now;
}

std::optional<base::Clock::TimePoint> Call::begun() const {
    const auto when = _begun.load();
    return when == base::Clock::TimePoint() ? std::nullopt : std::optional(when);
}

void Call::reportProgress(std::uint32_t permille, std::string_view text) const {
    _lastSign = std::chrono::steady_clock::now();
    if (_progress) {
        _progress(*this, permille, text);
    }
}

base::Result<void> Call::keepAccount(std::string json) {
    if (json.size() > longestAccount) {
        return base::Error(base::Code::exhausted,
                           "an account has at most " + std::to_string(longestAccount) + " bytes");
    }
    if (const auto members = base::jsonMembers(json, deepestAccount); !members) {
        return members.error();
    }
    const std::lock_guard lock(_mutex);
    _account = std::move(json);
    return {};
}

std::string Call::takeAccount() noexcept {
    const std::lock_guard lock(_mutex);
    return std::exchange(_account, {});
}

std::shared_ptr<Call> takeOut(Calls& calls, const Call& call) {
    const auto found = std::ranges::find(calls, &call, &std::shared_ptr<Call>::get);
    if (found == calls.end()) {
        return nullptr;
    }
    auto removed = std::move(*found);
    calls.erase(found);
    return removed;
}

}  // namespace aip::hosting
