#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/guarded.h"
#include "hosting/host.h"
#include "link/link.h"
#include "plugins/child_process.h"
#include "plugins/count_schedule.h"
#include "plugins/plugin_process.h"
#include "plugins/poll_set.h"
#include "plugins/process_pool.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace aip::plugins {

/// The thread that waits for the processes of a plugin: carries out what is due, reads their messages and their output,
/// and reaps them. The first wake() makes the thread; it ends when a turn is `over`. Calls the owner with no lock held.
class ProcessLoop {
  public:
    using TimePoint = base::Clock::TimePoint;

    struct Launched {
        ProcessId id;
        ChildProcess child;
    };

    /// Makes the decisions. Called on the loop's thread.
    class Owner {
      public:
        virtual ~Owner() = default;

        virtual ProcessPool::Turn turn(TimePoint now) = 0;
        /// Launches the process that a turn has asked for; none if that fails.
        virtual std::optional<Launched> launch() = 0;
        /// False if the message is not one that the process may send now. What is left in `received` is not closed
        /// here.
        virtual bool handle(ProcessId process, const std::shared_ptr<link::Link>& link,
                            link::Link::Received& received) = 0;
        /// The link is closed (UNAVAILABLE), the process breaks the protocol (INVALID), or messages for it are lost.
        virtual void lost(ProcessId process, const base::Error& why) = 0;
        /// It has made more processes and threads than it may.
        virtual void multiplied(ProcessId process) = 0;
        /// Its messages are still to be read.
        virtual bool trusts(ProcessId process) = 0;
        /// It has ended and its last messages and output have been read.
        virtual void ended(ProcessId process, const ProcessEnd& end) = 0;
    };

    /// `log` gets the output of the processes. `mostProcesses`: see ProcessLimits.
    ProcessLoop(Owner& owner, hosting::LogSink log, std::uint64_t mostProcesses)
        : _owner(owner), _log(std::move(log)), _mostProcesses(mostProcesses) {}

    /// Makes the next turn happen now. The first call makes the thread, which keeps `alive` until it ends. EXHAUSTED
    /// if no thread can be made. Any thread.
    base::Result<void> wake(const std::shared_ptr<const void>& alive);

    /// A process has got a call: what it makes is counted from now on. Any thread, while there is a process.
    void watchNumbers();

    /// Blocks until the thread has ended, at most until `limit`: false if it has to be left behind then. The owner must
    /// have been stopped before. On the loop's own thread it does not wait. After that wake() makes no thread.
    bool join(TimePoint limit);

  private:
    struct Hosted {
        Hosted(ProcessId number, ChildProcess child, const hosting::LogSink& log)
            : id(number), process(std::move(child), log) {}

        ProcessId id;
        PluginProcess process;
        std::uint64_t familySize = 0;  ///< when it was counted last
    };

    struct Thread {
        std::thread thread;
        bool joined = false;
        bool ended = false;
    };

    void run();
    bool turn();
    void carryOut(const ProcessPool::Order& order);
    void launch();
    void wait(TimePoint deadline);
    void readAll(TimePoint now);
    void countIfDue(TimePoint now);
    bool receive(Hosted& hosted);
    bool receiveSome(Hosted& hosted);
    bool handle(const Hosted& hosted, const std::shared_ptr<link::Link>& link, link::Link::Received& received);
    bool lose(Hosted& hosted, const base::Error& why);
    std::optional<ProcessEnd> reap(Hosted& hosted);

    Owner& _owner;
    const hosting::LogSink _log;
    const std::uint64_t _mostProcesses;  ///< 0: no limit
    CountSchedule _counts;
    std::atomic<bool> _counting{false};  ///< what a call makes is counted soon, without waking the thread
    PollSet _polled;
    std::list<Hosted> _processes;

    base::Guarded<Thread> _thread;
};

}  // namespace aip::plugins
