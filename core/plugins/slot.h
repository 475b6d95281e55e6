#pragma once

#include "admission/manifest.h"
#include "hosting/call.h"
#include "hosting/refusal.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace aip::plugins {

enum class SlotState {
    idle,         ///< admitted, no code loaded; that happens with the next call
    starting,     ///< being loaded and started
    running,      ///< loaded and started
    restarting,   ///< its process has ended by itself; a new one is started with the next call, after a wait
    failed,       ///< could not be loaded or started: every call is answered UNAVAILABLE with the reason
    wedged,       ///< in the agent: a call did not return after its grace time: takes no more work, never unloaded
    quarantined,  ///< its process has failed too often: every call is answered UNAVAILABLE with the reason
    stopped,      ///< stop() was called
};

/// It does no more work and does not get better by itself: only a new slot helps.
bool isBeyondUse(SlotState state);

/// "idle", "running", ...
std::string_view name(SlotState state);

/// The place in which one admitted plugin runs, whatever its isolation. The execution room knows nothing else.
class Slot {
  public:
    virtual ~Slot() = default;

    /// The manifest that was admitted; never changes.
    virtual const admission::Manifest& manifest() const = 0;

    virtual SlotState state() const = 0;
    /// Why it is restarting, failed, wedged or quarantined; empty otherwise.
    virtual std::string reason() const = 0;

    /// The tools that the plugin offers now beside those of its manifest (aip.dynamic-tools/1), each checked like one
    /// of a manifest. Empty before it is started, and for a plugin without that extension. Never blocks; any thread.
    virtual std::vector<admission::ToolManifest> dynamicTools() const { return {}; }

    /// `changed` is called whenever dynamicTools() has become another; on any thread, no lock held; it must not block.
    /// To be called once, before the slot is started.
    virtual void onToolsChanged(const std::function<void()>& /*changed*/) {}

    /// Loads and starts the plugin now instead of with its first call. Blocks. A refusal always has a code.
    /// [control thread]
    virtual hosting::Check start() = 0;

    /// Runs the call as soon as one of the plugin's `concurrency` places is free. Never blocks; any thread. The call
    /// is finished exactly once, whatever happens: result, error, EXHAUSTED if the queue is full, UNAVAILABLE.
    virtual void invoke(std::shared_ptr<hosting::Call> call) = 0;

    /// `call->cancel()` has been called: tells the plugin (or takes it out of the queue). Never blocks; any thread.
    virtual void cancelled(const hosting::Call& call) = 0;

    /// The call was answered without the plugin, its grace time being over: if it is still inside, it is wedged.
    virtual void abandon(const hosting::Call& call) = 0;

    /// Gives a failed or quarantined plugin that runs in a process of its own another chance: idle again, its failures
    /// forgotten. False if it is neither, or runs in the agent. Any thread.
    virtual bool revive() = 0;

    /// Refuses further calls, cancels what runs, waits up to `limit` for it, stops and destroys the plugin. Blocks.
    /// False if something had to be left behind. [control thread]
    virtual bool stop(std::chrono::milliseconds limit) = 0;
};

/// What a slot answers when it takes no call, being `state` for `reason`.
hosting::Outcome refusal(const admission::Manifest& manifest, SlotState state, const std::string& reason);
/// ... and what its start() answers then.
hosting::Refusal startRefusal(SlotState state, const hosting::Refusal& reason);
/// ... or when its queue is full.
hosting::Outcome busy(const admission::Manifest& manifest, std::size_t waiting);

/// "plugin 'x' is failed: start-failed: ...": the line for people when start() was answered with `why`.
std::string notStarted(const Slot& slot, const hosting::Refusal& why);

/// What a plugin has returned: a failure if the result is not one JSON value in valid UTF-8.
hosting::Outcome checked(hosting::Outcome outcome);

}  // namespace aip::plugins
