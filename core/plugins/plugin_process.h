#pragma once

#include "admission/manifest.h"
#include "hosting/call.h"
#include "hosting/refusal.h"
#include "plugins/child_process.h"
#include "plugins/output_log.h"
#include "plugins/poll_set.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

/// One process of a plugin as its slot keeps it: what it is doing, and the calls in it. Guarded by the slot's mutex,
/// but for the output.
class PluginProcess {
  public:
    enum class Stage { starting, ready, stopping, ending };

    /// Why we have made it end; none: it did that by itself.
    enum class Cause {
        none,
        asked,    ///< it was not needed any more, or the slot stops: nobody's fault
        refused,  ///< it could not be loaded or started
        fault,    ///< it does not do as it should
    };

    /// A call in it, as the link names it.
    struct Ticket {
        std::size_t place = 0;
        std::uint64_t number = 0;
    };

    PluginProcess(ChildProcess child, const hosting::LogSink& log, std::size_t places,
                  base::Clock::TimePoint startLimit);
    PluginProcess(const PluginProcess&) = delete;
    PluginProcess& operator=(const PluginProcess&) = delete;

    const std::shared_ptr<link::Link>& link() const { return _child.link(); }
    Stage stage() const { return _stage; }
    /// When it must have reached the next stage.
    base::Clock::TimePoint limit() const { return _limit; }

    void started(base::Clock::TimePoint now);
    /// It was told to stop.
    void stopping(base::Clock::TimePoint limit);
    /// Kills it. The first cause counts, `text` tells people; for `refused`, `code` tells programs.
    void terminate(Cause cause, std::string text, base::Clock::TimePoint now, std::string code = {});
    /// A process that crashes closes its link first.
    static constexpr std::chrono::milliseconds lostLimit{50};
    /// Its link is closed: it ends within `patience`, or else is to be terminated.
    void lost(base::Clock::TimePoint now, std::chrono::milliseconds patience = lostLimit);
    /// It is still there at its limit after terminate(): kills it harder. False if that was done before.
    bool killAgain(base::Clock::TimePoint now);
    bool terminated() const { return _cause != Cause::none; }

    bool hasFreePlace() const { return _stage == Stage::ready && _busy < _places.size(); }
    std::size_t places() const { return _places.size(); }
    std::size_t busy() const { return _busy; }
    base::Clock::TimePoint idleSince() const { return _idleSince; }

    Ticket occupy(std::shared_ptr<hosting::Call> call);
    /// The call with that ticket, or null.
    std::shared_ptr<hosting::Call> at(const Ticket& ticket) const;
    /// The same, and its place is free from now on.
    std::shared_ptr<hosting::Call> release(const Ticket& ticket, base::Clock::TimePoint now);
    std::optional<Ticket> find(const hosting::Call& call) const;
    std::shared_ptr<hosting::Call> find(std::string_view callId) const;
    std::vector<std::shared_ptr<hosting::Call>> calls() const;

    // The thread that waits for it; none of these but watch() and judge() needs the mutex.
    void watch(PollSet& polled, base::Clock::TimePoint now);
    bool linkReady(const PollSet& polled) const { return polled.ready(_polledLink); }
    bool processReady(const PollSet& polled) const { return polled.ready(_polledProcess); }
    /// Logs what it has written.
    void readOutput(const PollSet& polled, base::Clock::TimePoint now);
    /// When output that was left for later must be read; max(): none.
    base::Clock::TimePoint outputAt(base::Clock::TimePoint now) const;
    /// How it has ended, the rest of its output being logged; none while it has not.
    std::optional<ChildProcess::Ending> ending();

    /// Whose fault an end is: never `none`; `text` is a sentence for people.
    struct Verdict {
        Cause cause = Cause::asked;
        std::string code;  ///< if it was refused
        std::string text;
        bool started = false;  ///< it had been started: what has ended is no attempt to start it
    };
    Verdict judge(const ChildProcess::Ending& ending) const;

  private:
    struct Place {
        std::shared_ptr<hosting::Call> call;
        std::uint64_t number = 0;
    };
    /// Standard output or error.
    struct Output {
        const base::Descriptor& pipe;
        OutputLog log;
        bool open = true;
        base::Clock::TimePoint readAt{};
        std::size_t polled = 0;

        void read(base::Clock::TimePoint now);
        void drain();
    };

    ChildProcess _child;
    Output _out;
    Output _err;
    Stage _stage = Stage::starting;
    bool _started = false;
    bool _lost = false;
    base::Clock::TimePoint _limit;
    Cause _cause = Cause::none;
    std::string _code;
    std::string _text;
    bool _killed = false;
    std::vector<Place> _places;
    std::size_t _busy = 0;
    base::Clock::TimePoint _idleSince;
    std::size_t _polledLink = 0;
    std::size_t _polledProcess = 0;
};

/// Logs what a plugin has logged in its runner.
void writeLog(const hosting::LogSink& sink, const link::Log& message);

/// What a runner's message says; none if its code is not one that a runner may give.
std::optional<hosting::Refusal> refusalOf(const link::Refused& message);

/// The message that begins it; `description`: the encoded spec of the plugin.
link::Start startMessage(const admission::Manifest& manifest, const SlotSettings& settings, const SlotWiring& wiring,
                         std::string_view description);

}  // namespace aip::plugins
