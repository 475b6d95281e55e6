#include "execution/operator_lock.h"

#include "base/json_text.h"
#include "base/log.h"
#include "base/run_logged.h"
#include "plugins/slot.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace aip::execution {
namespace {

/// Beyond this nothing is looked at.
constexpr std::size_t largestReason = 64UL << 10U;
/// What is said of the bytes that are cut.
constexpr std::size_t cutMark = 64;
constexpr std::size_t longestTime = 64;

base::Error refusalFor(const OperatorLock::Locked& locked) {
    return {base::Code::denied, "this device is locked by its operator: " + locked.reason};
}

}  // namespace

class OperatorLock::Shared : public std::enable_shared_from_this<Shared> {
  public:
    Shared(const std::filesystem::path& folder, RunningCalls& calls, base::TimerQueue& timers, const base::Clock& clock,
           Masked masked)
        : _calls(calls),
          _timers(timers),
          _clock(clock),
          _masked(std::move(masked)),
          _state(State{{}, std::make_shared<const LockFile>(folder)}) {}

    void onChanged(Changed changed) { _changed = std::move(changed); }
    void onStopped(std::function<void()> stopped) {
        const std::lock_guard one(_telling);
        _stopped = std::move(stopped);
    }

    std::optional<Locked> locked() const {
        auto now = state();
        if (now.unkept || !now.file->present()) {
            return std::move(now.unkept);
        }
        auto content = now.file->read();
        const bool removed = !now.file->present();  // meanwhile
        return removed ? std::nullopt
                       : std::optional(Locked{shown(content.reason, longestReason + cutMark),
                                              base::readable(content.since, longestTime)});
    }

    std::optional<base::Error> refusal() {
        const auto now = isFree() ? std::nullopt : locked();
        tellOf(now);
        return now ? std::optional(refusalFor(*now)) : std::nullopt;
    }

    /// In force when it returns. Whether it was locked before; then, if it may not be locked `again`, nothing changes.
    bool engage(const std::string& reason, bool again) {
        const auto before = locked();
        if (before && !again) {
            return true;
        }
        auto since = before ? before->since : base::timestamp(_clock.wallNow());
        _state.with([&](State& state) {
            state.unkept = {shown(reason, longestReason), std::move(since)};
            state.changed();
        });
        _told = false;  // of this reason
        return before.has_value();
    }

    base::Result<void> stopAndKeep() {
        stopIfLocked();
        auto kept = keep();
        if (!kept) {
            kept = std::move(kept).error().within(consequence());
            base::log::error("{}", kept.error().text());
        }
        std::this_thread::sleep_for(glance);  // then other processes look
        return kept;
    }

    std::size_t waitForEnds() {
        return _calls.waitForThese(std::chrono::steady_clock::now() + grace + 2 * plugins::Slot::longestEnd);
    }

    base::Result<bool> unlock() {
        const bool was = locked().has_value();
        if (auto removed = remove(); !removed) {
            return std::move(removed).error().within("it stays locked: the file of the lock cannot be removed");
        }
        tellOf({});
        return was;
    }

    base::Result<void> moveTo(const std::filesystem::path& folder) {
        auto next = std::make_shared<const LockFile>(folder);
        {
            const std::lock_guard one(_disk);  // what is kept meanwhile would be left behind
            auto now = locked();
            const bool carries = now && !next->present();
            _state.with([&](State& state) {
                if (carries && !state.unkept) {
                    state.unkept = std::move(now);
                }
                state.file = std::move(next);
                state.changed();
            });
        }
        return keep();
    }

    /// Looks from now on, as long as calls are in flight.
    void entered() {
        if (!_looks && !_looks.exchange(true)) {
            plan();
        }
    }

  private:
    struct State {
        std::optional<Locked> unkept;          ///< in force, though the file does not say so, or not yet
        std::shared_ptr<const LockFile> file;  ///< else it decides
        base::Clock::TimePoint freeUntil{};    ///< the file was not there: it is not looked for before
        std::uint64_t changes = 0;             ///< of `unkept` and of what is known of the file

        void changed() {
            freeUntil = {};
            ++changes;
        }
    };

    /// Looks for the file unless somebody has just done so.
    bool isFree() {
        const auto now = _clock.now();
        if (_state.with([now](const State& state) { return !state.unkept && now < state.freeUntil; })) {
            return true;
        }
        const auto before = state();
        if (before.unkept || before.file->present()) {
            _state.with([](State& state) { state.changed(); });  // who has looked before that must not hide it
            return false;
        }
        _state.with(
            [&](State& state) { state.freeUntil = state.changes == before.changes ? now + glance : state.freeUntil; });
        return true;
    }

    std::string shown(const std::string& reason, std::size_t limit) const {
        std::string text = reason.substr(0, largestReason);
        return base::readable(_masked ? _masked(std::move(text)) : text, limit);
    }

    State state() const {
        return _state.with([](const State& state) { return state; });
    }

    /// Of a lock that cannot be kept. What is at the place of the file, be it an earlier lock, locks, too.
    std::string consequence() const {
        const auto file = state().file;
        return file->present()
                   ? "locked now, also after a restart and in all agent processes with this state folder, as " +
                         file->file().string() +
                         " is there; but this reason counts in this process only: mend what stands in the way and "
                         "lock again"
                   : "locked now, but only in this process and until it ends: not after a restart, and not "
                     "in other agent processes; mend the state folder and lock again";
    }

    base::Result<void> keep() {
        const std::lock_guard one(_disk);
        const auto now = state();
        if (!now.unkept) {
            return {};
        }
        auto written = now.file->write({now.unkept->reason, now.unkept->since});
        if (written) {
            _state.with([&](State& state) {
                if (state.unkept == now.unkept && state.file == now.file) {
                    state.unkept.reset();
                    state.changed();
                }
            });
        }
        return written;
    }

    base::Result<void> remove() {
        const std::lock_guard one(_disk);
        auto removed = state().file->remove();
        if (removed) {
            _state.with([](State& state) {
                state.unkept.reset();
                state.changed();
            });
        }
        return removed;
    }

    void stopIfLocked() {
        if (const auto why = refusal()) {
            _calls.stopAll(*why, grace);
            const std::lock_guard one(_telling);
            if (_stopped) {
                base::runLogged(_stopped);
            }
        }
    }

    void plan() {
        try {
            _timers.at(std::chrono::steady_clock::now() + lookInterval, [self = shared_from_this()] { self->look(); });
        } catch (...) {
            _looks = false;
            throw;
        }
    }

    void look() {
        try {
            stopIfLocked();
            _looks = false;
            if (!_calls.empty()) {
                entered();
            }
        } catch (const std::exception& failure) {  // no memory: the next call looks
            _looks = false;
            base::log::error("the operator's lock: {}", failure.what());
        }
    }

    void tellOf(const std::optional<Locked>& now) {
        if (_told == now.has_value() || _told.exchange(now.has_value()) == now.has_value()) {
            return;
        }
        if (now) {
            base::log::warn("locked by the operator: no action is executed until aip-agentctl unlock: {}", now->reason);
        } else {
            base::log::warn("unlocked: actions are executed");
        }
        if (_changed) {
            _changed(now);
        }
    }

    RunningCalls& _calls;
    base::TimerQueue& _timers;
    const base::Clock& _clock;
    const Masked _masked;
    Changed _changed;
    std::mutex _telling;  ///< of onStopped()
    std::function<void()> _stopped;
    std::mutex _disk;  ///< one at a time writes or removes the file
    base::Guarded<State> _state;
    std::atomic<bool> _looks{false};
    std::atomic<bool> _told{false};
};

OperatorLock::OperatorLock(const std::filesystem::path& folder, RunningCalls& calls, base::TimerQueue& timers,
                           const base::Clock& clock, Later later, Masked masked)
    : _shared(std::make_shared<Shared>(folder, calls, timers, clock, std::move(masked))), _later(std::move(later)) {
    calls.onEntered([shared = _shared] { shared->entered(); });
    static_cast<void>(refusal());  // logs it
}

void OperatorLock::onChanged(Changed changed) {
    _shared->onChanged(std::move(changed));
}

void OperatorLock::onStopped(std::function<void()> stopped) {
    _shared->onStopped(std::move(stopped));
}

base::Result<bool> OperatorLock::lock(const std::string& reason) {
    const bool was = _shared->engage(reason, true);
    auto kept = _shared->stopAndKeep();
    return kept ? base::Result<bool>(was) : std::move(kept).error();
}

std::size_t OperatorLock::waitForEnds() {
    return _shared->waitForEnds();
}

void OperatorLock::lockSoon(const std::string& reason) {
    if (!_shared->engage(reason, false)) {
        _later([shared = _shared] { static_cast<void>(shared->stopAndKeep()); });  // it logs why it cannot
    }
}

base::Result<bool> OperatorLock::unlock() {
    return _shared->unlock();
}

std::optional<OperatorLock::Locked> OperatorLock::locked() const {
    return _shared->locked();
}

std::optional<base::Error> OperatorLock::refusal() const {
    return _shared->refusal();
}

base::Result<void> OperatorLock::moveTo(const std::filesystem::path& folder) {
    return _shared->moveTo(folder);
}

}  // namespace aip::execution
