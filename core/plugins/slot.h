#pragma once

#include "admission/manifest.h"
#include "hosting/call.h"
#include "hosting/refusal.h"
#include "link/measures.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

enum class SlotState {
    idle,         ///< admitted; its code is loaded with the first call
    starting,     ///< being loaded and started
    running,      ///< loaded and started
    restarting,   ///< it has failed, or could not be tried; the next call starts it, after a wait
    failed,       ///< could not be loaded or started: every call is answered UNAVAILABLE with the reason
    wedged,       ///< in the agent: a call has not returned within its grace time; accepts no calls, is never unloaded
    quarantined,  ///< its process has failed too often: every call is answered UNAVAILABLE, until it is tried again
    stopped,      ///< stop() was called
};

/// It accepts no calls, at least for a long time.
bool isBeyondUse(SlotState state);

/// "idle", "running", ...
std::string_view name(SlotState state);

/// What a plugin is doing, in numbers.
struct SlotFigures {
    std::vector<int>
        processes{};          ///< ids of those that host it, each with what is below it; none: it runs in the agent
    std::size_t running = 0;  ///< calls
    std::size_t places = 0;   ///< for calls that run
    std::size_t waiting = 0;  ///< calls that wait for a place
    std::optional<std::chrono::milliseconds> nextStart{};  ///< it is restarting or quarantined for so long
    std::uint64_t failures = 0;                            ///< of its processes, since it was admitted
    std::uint64_t restarts = 0;                            ///< processes in the place of one that had failed
};

/// Where one admitted plugin runs, whatever its isolation.
class Slot {
  public:
    /// From the order to end a process until it has ended or is left behind, with a reserve.
    static constexpr std::chrono::milliseconds longestEnd{3'000};

    virtual ~Slot() = default;

    /// The manifest that was admitted; never changes.
    virtual const admission::Manifest& manifest() const = 0;

    virtual SlotState state() const = 0;
    /// Why it is restarting, failed, wedged or quarantined; empty otherwise.
    virtual std::string reason() const = 0;

    /// The tools that the plugin currently offers beside those of its manifest (aip.dynamic-tools/1), checked like
    /// those. Empty before it is started, unless
    /// offersBeforeStart(), and for a plugin without that extension. Never blocks; any thread.
    virtual std::vector<admission::ToolManifest> dynamicTools() const { return {}; }

    /// `changed` is called whenever dynamicTools() has changed; on any thread, with no lock held; it must not block. To
    /// be set once, before the slot is started.
    virtual void onToolsChanged(const std::function<void()>& /*changed*/) {}

    /// dynamicTools() is what an earlier process of it has listed: it need not be started before its first call. Any
    /// thread.
    virtual bool offersBeforeStart() const { return false; }

    /// Whether it runs now, in a process that outlives its calls, and has aip.task-events/1. Never blocks; any thread.
    virtual bool hearsOfTasks() const { return false; }

    /// Who has its places, for people: "4 of 4 busy; the oldest: execute_command, 312 s". Never blocks; any thread.
    virtual std::string load(base::Clock::TimePoint /*now*/) const { return {}; }

    /// Never blocks; any thread.
    virtual SlotFigures figures(base::Clock::TimePoint /*now*/) const { return {}; }

    /// What keeps its latest process apart. None before its first start, and in the agent. Never blocks; any thread.
    virtual link::Measures measures() const { return {}; }

    /// Loads and starts the plugin without waiting for its first call. Blocks. A refusal always has a code,
    /// and is in the log unless stop() was the reason. [control thread]
    virtual hosting::Check start() = 0;

    /// Begins to start the plugin if it runs in a process of its own. Never blocks; what becomes of it is logged.
    virtual void startSoon() {}

    /// Runs the call as soon as one of the plugin's `concurrency` places is free. Never blocks; any thread. Finishes
    /// the call exactly once, whatever happens: with a result, an error, EXHAUSTED if the queue is full, or
    /// UNAVAILABLE.
    virtual void invoke(std::shared_ptr<hosting::Call> call) = 0;

    /// `call->cancel()` has been called: tells the plugin, or finishes the call if it is still in the queue. Never
    /// blocks; any thread.
    virtual void cancelled(const hosting::Call& call) = 0;

    /// The grace time of a cancelled call is over. True: what still works on it is being ended, and the slot answers
    /// the call when that is gone. False: the caller answers it. What works on it all the same is either to be ended
    /// later, when the other calls there are over, and gets no more calls; or it is in the agent, and the plugin is
    /// wedged. Never blocks; any thread.
    virtual bool abandon(const hosting::Call& call) = 0;

    /// No call will come for now: stops what was started ahead of the next call, and, when its calls are over, what may
    /// go on with them: a program that is an MCP server. Never blocks; any thread.
    virtual void rest() {}

    /// Makes a plugin that is failed, quarantined or restarting idle again and forgets its failures. False if it is
    /// none of these, or has failed or is wedged in the agent. Any thread.
    virtual bool revive() = 0;

    /// Refuses further calls, cancels those that run, waits up to `limit` for them, then stops and destroys the plugin.
    /// Blocks, whatever the plugin does no longer than `limit` and the time for killing its processes, 3 s. False if
    /// something had to be left behind. [control thread]
    virtual bool stop(std::chrono::milliseconds limit) = 0;
};

/// The answer to a call while the slot is in a `state` that accepts none, for `reason`.
hosting::Outcome refusal(const admission::Manifest& manifest, SlotState state, const std::string& reason);
/// The result of start() in such a state.
hosting::Refusal startRefusal(SlotState state, const hosting::Refusal& reason);
/// The answer to a call if the queue is full: `waiting` calls are in it.
hosting::Outcome busy(const admission::Manifest& manifest, std::size_t waiting);

/// The calls of a slot when it stops.
struct StoppedCalls {
    hosting::Calls waiting;  ///< to be finished
    hosting::Calls running;  ///< to be cancelled
};
/// Does so.
void endCalls(Slot& slot, const StoppedCalls& calls);

/// The text of load(): `running` calls have places of `places`.
std::string loadOf(SlotState state, std::size_t places, const hosting::Calls& running, base::Clock::TimePoint now);

/// "plugin 'x' is failed: start-failed: ...": the line for people after start() has returned `why`.
std::string notStarted(const Slot& slot, const hosting::Refusal& why);

/// The outcome of a plugin, checked: a failure if the result is not one JSON value in valid UTF-8, or there is not
/// enough memory to look at it.
hosting::Outcome checked(hosting::Outcome outcome);

}  // namespace aip::plugins
