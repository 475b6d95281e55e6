#pragma once

#include "base/clock.h"

#include <chrono>
#include <string>

namespace aip::plugins {

/// How a process has ended.
struct ProcessEnd {
    bool clean = false;     ///< with exit code 0
    bool killed = false;    ///< by SIGKILL, perhaps from us
    std::string text;       ///< "was killed by SIGSEGV (Segmentation fault)", "ended with exit code 3"
    std::string lastWords;  ///< the last lines of its standard error
};

/// What is to be done with a process.
enum class ProcessOrder {
    none,
    stop,         ///< tell the plugin to stop
    terminate,    ///< close the lifeline: its watcher kills everything
    kill,         ///< that was not enough: kill the watcher
    leaveBehind,  ///< that was not enough either
};

/// The stages of one process of a plugin, from its start to its end, and what caused the end. Pure: time goes in,
/// orders come out. Not for concurrent use.
class ProcessStages {
  public:
    using TimePoint = base::Clock::TimePoint;

    enum class Stage { starting, ready, stopping, ending };

    /// Why we have ended it; none: it has ended by itself.
    enum class Cause {
        none,
        asked,    ///< it was not needed any more, or the slot stops: not a failure
        refused,  ///< it could not be loaded or started
        fault,    ///< it has broken a rule
    };

    explicit ProcessStages(TimePoint startLimit) : _limit(startLimit) {}

    Stage stage() const { return _stage; }
    bool terminated() const { return _cause != Cause::none; }
    /// When it must have reached the next stage, or the next order is due.
    TimePoint limit() const { return _limit; }

    /// It reports its confinement. False if it may not now: it may once, before it has started.
    bool reportConfinement();
    /// It says where it has crashed. False if it has said so before.
    bool crashed(std::string where);
    void started();
    void stop(TimePoint now, TimePoint limit);
    /// How long it stops.
    std::chrono::milliseconds stopsFor(TimePoint now) const;
    /// The first cause counts, `text` tells people; for `refused`, `code` tells programs.
    void terminate(Cause cause, std::string text, TimePoint now, std::string code = {});
    /// Once limit() is over: terminates what does not start, or goes on without its link. True: it does not stop; what
    /// that means is up to the caller.
    bool terminateIfOverdue(TimePoint now, std::chrono::milliseconds startTimeout);
    /// A process that crashes closes its link first.
    static constexpr std::chrono::milliseconds lostLimit{50};
    static constexpr std::chrono::milliseconds crashLimit{1'000};
    /// Its link is closed. If it does not end within `patience` it must be terminated; one that has said where it
    /// crashed has crashLimit, as the system may be slow to end it, and one that stops keeps its limit.
    void lost(TimePoint now, std::chrono::milliseconds patience = lostLimit);

    /// The next order that is due. Each comes once, in the sequence of their declaration; none: nothing is due now.
    ProcessOrder nextOrder(TimePoint now);

    /// What caused an end: never `none`; `text` is a sentence for people.
    struct Verdict {
        Cause cause = Cause::asked;
        std::string code;  ///< if it was refused
        std::string text;
        bool started = false;  ///< the plugin in it had been started
    };
    Verdict judge(const ProcessEnd& end) const;
    /// Of one that has outlived SIGKILL.
    Verdict outlived() const;

  private:
    Stage _stage = Stage::starting;
    TimePoint _limit;
    TimePoint _stopsSince{};
    bool _confinementReported = false;
    std::string _crash;
    bool _started = false;
    bool _lost = false;
    Cause _cause = Cause::none;
    std::string _code;
    std::string _text;
    ProcessOrder _given = ProcessOrder::none;
};

}  // namespace aip::plugins
