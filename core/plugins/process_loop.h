#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/guarded.h"
#include "hosting/host.h"
#include "link/link.h"
#include "plugins/child_process.h"
#include "plugins/plugin_process.h"
#include "plugins/poll_set.h"
#include "plugins/process_pool.h"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace aip::plugins {

/// The thread that waits for the processes of a plugin: carries out what is due, reads their messages and their output,
/// and reaps them. It is made when it is first needed and ends when a turn says that all is over.
class ProcessLoop {
  public:
    using TimePoint = base::Clock::TimePoint;

    struct Launched {
        ProcessId id;
        ChildProcess child;
    };

    /// Who decides. Called on the loop's thread.
    class Owner {
      public:
        virtual ~Owner() = default;

        virtual ProcessPool::Turn turn(TimePoint now) = 0;
        /// Launches the process that a turn has asked for; none if that fails.
        virtual std::optional<Launched> launch() = 0;
        /// False if the message is not one that the process may send now.
        virtual bool handle(ProcessId process, link::Link& link, link::Link::Received received) = 0;
        /// The link is closed (UNAVAILABLE), or the process breaks the protocol.
        virtual void lost(ProcessId process, const base::Error& why) = 0;
        /// What it says is still heard.
        virtual bool trusts(ProcessId process) = 0;
        /// It has ended and its last messages and output have been read.
        virtual void ended(ProcessId process, const ProcessEnd& end) = 0;
    };

    /// `log` takes what the processes write.
    ProcessLoop(Owner& owner, hosting::LogSink log) : _owner(owner), _log(std::move(log)) {}

    /// Makes the next turn happen now; the first time, makes the thread, which keeps `alive` until its end. Fails if
    /// there is no thread to be had. Any thread.
    base::Result<void> wake(const std::shared_ptr<const void>& alive);

    /// Waits for the thread's end, for which the owner has to be stopped before. On that thread itself: lets it go on
    /// alone. wake() does not make a thread any more.
    void join();

  private:
    struct Hosted {
        Hosted(ProcessId number, ChildProcess child, const hosting::LogSink& log)
            : id(number), process(std::move(child), log) {}

        ProcessId id;
        PluginProcess process;
    };

    struct Thread {
        std::thread thread;
        bool joined = false;
    };

    void run();
    void carryOut(const ProcessPool::Order& order);
    void launch();
    void wait(TimePoint deadline);
    void readAll(TimePoint now);
    void receive(Hosted& hosted);
    void lose(Hosted& hosted, const base::Error& why);
    std::optional<ProcessEnd> reap(Hosted& hosted);

    Owner& _owner;
    const hosting::LogSink _log;
    PollSet _polled;
    std::string _buffer;
    std::list<Hosted> _processes;

    base::Guarded<Thread> _thread;
};

}  // namespace aip::plugins
