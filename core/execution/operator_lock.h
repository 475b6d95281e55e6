#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/timer_queue.h"
#include "execution/lock_file.h"
#include "execution/running_calls.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace aip::execution {

/// The operator's kill switch. While it is on, every action of every front door fails with DENIED and the reason;
/// connections, heartbeats and list_tools go on.
///
/// It is kept in the state folder, so it holds after a restart and in every agent process that has the same folder: a
/// lock that another process has made, or a file that somebody has put there, counts for actions that begin
/// 1 ms (`glance`) later; actions that run then are stopped within lookInterval. What cannot be read locks.
///
/// Threads: any, several at the same time. lock(), unlock() and moveTo() wait for the disk.
class OperatorLock {
  public:
    /// How long nobody looks for the file again once it was not there.
    static constexpr std::chrono::milliseconds glance{1};
    /// While calls are in flight, between two looks at the file for their sake.
    static constexpr std::chrono::milliseconds lookInterval{500};
    /// Calls that run at a lock get so long to end by themselves; then what works on them is ended.
    static constexpr std::chrono::milliseconds grace{1'000};
    static constexpr std::size_t longestReason = 1'000;  ///< bytes; more is cut, wherever it comes from

    /// How it is locked.
    struct Locked {
        std::string reason;
        std::string since;  ///< as base::timestamp(); empty: not known

        bool operator==(const Locked&) const = default;
    };

    /// Runs a job soon, on a thread that may wait for the disk.
    using Later = std::function<void(std::function<void()> job)>;
    /// It has been locked, also with another reason, or, with none, unlocked, whoever has done it.
    using Changed = std::function<void(const std::optional<Locked>&)>;

    /// Hides what nobody must see of a reason, whoever has written it. Any thread.
    using Masked = std::function<std::string(std::string reason)>;

    /// Reads the file, and logs it if it is locked. `folder` empty: nothing is kept. `calls` and `clock` outlive
    /// `timers`, which outlive this. `later` is only called while calls are admitted.
    OperatorLock(const std::filesystem::path& folder, RunningCalls& calls, base::TimerQueue& timers,
                 const base::Clock& clock, Later later, Masked masked = {});
    OperatorLock(const OperatorLock&) = delete;
    OperatorLock& operator=(const OperatorLock&) = delete;

    /// Called on any thread, with no lock held, before an action is refused; must be quick. To be set before calls
    /// come.
    void onChanged(Changed changed);

    /// Called on any thread whenever all that was in flight has been told to stop: what began before the lock does not
    /// begin to work after this. Must be quick. An earlier one is not called any more when this returns; none: nothing
    /// is.
    void onStopped(std::function<void()> stopped);

    /// When it returns every further action fails, in all processes; those in flight are being stopped, and it is on
    /// the disk. An error says why it could not be kept, that it is in force all the same until this process ends, and
    /// what to do. Of one that is locked the reason is replaced, not `since`. Whether it was locked before.
    base::Result<bool> lock(const std::string& reason);

    /// Blocks until all that is in flight now has ended, at most for `grace` and the time in which a process is killed.
    /// How many actions have not ended all the same.
    std::size_t waitForEnds();

    /// In force when it returns, and never blocks: the disk and those in flight follow soon. No effect if it is locked.
    void lockSoon(const std::string& reason);

    /// Actions that begin from now on are executed. On an error it stays locked. Whether it was locked.
    base::Result<bool> unlock();

    std::optional<Locked> locked() const;

    /// Why no action may begin now: DENIED. Costs a look at the file, at most one for each glance.
    std::optional<base::Error> refusal() const;

    /// The state folder is another one from now on. A lock stays one, and is kept there, too.
    base::Result<void> moveTo(const std::filesystem::path& folder);

  private:
    class Shared;

    const std::shared_ptr<Shared> _shared;  ///< what is planned may outlive this object
    const Later _later;
};

}  // namespace aip::execution
