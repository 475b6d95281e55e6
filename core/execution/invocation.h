#pragma once

#include "audit/trail.h"
#include "base/clock.h"
#include "base/json_check.h"
#include "execution/call_meter.h"
#include "execution/call_timer.h"
#include "execution/call_watchdog.h"
#include "execution/caller.h"
#include "execution/live_router.h"
#include "execution/policy.h"
#include "execution/running_calls.h"
#include "execution/silence_warnings.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace aip::execution {

/// What invocations use. Shared by all; outlives them.
struct ExecutionContext {
    const LiveRouter& router;
    Policy& policy;
    CallWatchdog& watchdog;
    std::shared_ptr<const SilenceWarnings> silence;
    base::TimerQueue& timers;
    const base::Clock& clock;
    std::chrono::milliseconds toolTimeout;  ///< for a tool whose manifest sets none
    audit::Trail& trail;
    CallMeters& meters;

    std::shared_ptr<CallTimer> makeTimer() const { return std::make_shared<CallTimer>(timers, watchdog, silence); }
};

/// How an invocation has ended, and who says so.
struct InvocationResult {
    enum class By {
        agent,   ///< cancelled before the tool was asked, no memory, or no room in the audit
        router,  ///< no such profile or tool for this caller
        policy,  ///< refused
        schema,  ///< the parameters are not those of the tool
        tool,    ///< it was asked; also: it did not answer in time, or with too much
    };

    By by = By::agent;
    hosting::Outcome outcome{};
    std::optional<std::string> nameSpace{};  ///< of the tool, if it was found
};

/// One call of a tool, from whatever front door: routed, admitted by the policy, its parameters checked, passed to its
/// plugin, watched until its deadline. It has two records in the audit: before the plugin gets it, or when it is
/// refused, and before Done is called. Without room for them it is refused.
///
/// It ends exactly once, whatever happens, also if it is cancelled or there is no memory.
/// Threads: any. No lock is held while a plugin, a policy, Done or the watchdog is called.
/// Lifetime: while the plugin has the call, the call keeps the invocation.
class Invocation : public InFlight, public std::enable_shared_from_this<Invocation> {
  public:
    struct Limits {
        std::optional<std::chrono::milliseconds> timeout{};            ///< if it is less than the tool's
        std::size_t answer = std::numeric_limits<std::size_t>::max();  ///< bytes of the result; more: EXHAUSTED
    };

    /// As the plugin reports it: 0 to 1000, and a text. On a thread of the plugin; must not block. A report may still
    /// be under way when the invocation ends.
    using Progress = std::function<void(std::uint32_t permille, std::string_view text)>;

    struct Request {
        Caller caller;
        std::optional<std::string_view> toolType{};  ///< none: an action, else a data_collection
        std::string_view tool;
        std::string_view nameSpace{};                 ///< of the tool; empty: the one that has the name in the profile
        std::string_view parameters;                  ///< one JSON object as text
        base::Padding padding = base::Padding::none;  ///< of the parameters
        std::string_view callId{};                    ///< of the caller, for the log; need not be unique
        std::string_view responseId{};                ///< of the message that the call came with, for the audit
        std::shared_ptr<const void> owner;            ///< keeps what the views point to
        std::size_t ownerSize = 0;                    ///< as audit::Asked
        Limits limits{};
        std::shared_ptr<CallTimer> timer{};  ///< shared with those before and after it; null: it has its own
        Progress progress{};
    };

    /// Called exactly once, on the thread on which the invocation ends, maybe within start(). Must not throw.
    using Done = std::function<void(InvocationResult)>;

    Invocation(Request request, const ExecutionContext& context, Done done)
        : _request(std::move(request)), _context(context), _done(std::move(done)) {}

    /// Up to the plugin, on this thread: to check large parameters takes long, see Dispatcher::start(). Call it once.
    void start();

    /// Also before start(), and after the end. The first reason counts. `grace`: as CallWatchdog::cancel().
    void cancel(base::Code reason, const std::string& text, std::optional<std::chrono::milliseconds> grace = {});

    const Request& request() const { return _request; }

    /// It is listed until it ends. Before start().
    void enter(RunningCalls& calls) { _entry = calls.enter(shared_from_this()); }

    std::optional<RunningCall> describe() const override;
    Caller caller() const override { return _request.caller; }
    void stop(const base::Error& why, std::optional<std::chrono::milliseconds> grace) override;

  private:
    using By = InvocationResult::By;
    using Slot = std::shared_ptr<plugins::Slot>;
    using CallPtr = std::shared_ptr<hosting::Call>;

    enum class Stage { before, called, ended };

    bool prepare();
    bool route();
    bool admit();
    bool check();
    bool refuse(By by, const base::Error& why);
    bool record(bool allowed);
    void recordFailure() noexcept;
    audit::Asked asked() const;
    void makeCall();
    void progressed(const hosting::Call& call, std::uint32_t permille, std::string_view text);
    void call();
    void watch(const CallPtr& call, const Slot& slot);
    bool begin();
    void called(hosting::Outcome outcome);
    hosting::Outcome limited(hosting::Outcome outcome) const;
    void end();
    void release();
    void returnPermit();
    void recordEnd();
    base::Error cancellation();
    std::optional<base::Error> overruled() const;
    RunningCall::State state() const;
    std::chrono::milliseconds timeout() const;

    const Request _request;
    const ExecutionContext& _context;
    Done _done;

    // Of the thread in start() until the tool is asked, then of the thread that ends the call.
    base::Clock::TimePoint _started{};
    InvocationResult _result;
    std::unique_ptr<Permit> _permit;
    base::Clock::TimePoint _admitted{};
    std::shared_ptr<audit::OpenCall> _record;
    std::shared_ptr<CallTimer> _timer;   ///< null before the call is watched
    std::optional<hosting::Call> _call;  ///< its pointers share the ownership of this object
    RunningCalls::Entry _entry;

    mutable std::mutex _mutex;  ///< guards what follows; what only the thread above writes it may read without
    std::shared_ptr<const Tool> _tool;
    Stage _stage = Stage::before;
    std::optional<base::Error> _cancelled;
    std::optional<base::Error> _overruled;  ///< what it fails with, whatever its tool says
    bool _hurried = false;                  ///< it was stopped with a grace time of its own
    std::optional<std::uint32_t> _permille;
    std::string _progress;

    std::atomic<bool> _interrupted{false};  ///< cancelled, for a check that is under way
};

}  // namespace aip::execution
