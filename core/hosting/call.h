#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "hosting/caller.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace aip::hosting {

/// How a call ended. `ok`: `json` is the result, one JSON value as text. Otherwise `error` says why.
struct Outcome {
    static constexpr std::size_t longestError = 64UL << 10U;  ///< bytes that a plugin's error may have

    base::Code code = base::Code::internal;
    std::string json;
    std::string error;

    static Outcome success(std::string json) { return {base::Code::ok, std::move(json), {}}; }
    static Outcome failure(base::Code code, std::string error) { return {code, {}, std::move(error)}; }
    bool ok() const { return code == base::Code::ok; }
};

/// One invocation of a plugin, shared by the caller, the watchdog of its deadline, and the slot that runs it.
///
/// It finishes exactly once: the first finish() runs the completion, later ones are ignored. The completion is called
/// with no lock held. Any thread may call any function at any time.
class Call {
  public:
    /// taskBegan and taskEnded: nothing but telling the plugin of caller.running.
    enum class Kind : std::uint8_t { execute, collect, taskBegan, taskEnded };

    struct Request {
        Kind kind = Kind::execute;
        std::string id;               ///< unique within the process; what the log and the plugin see
        std::string_view tool;        ///< empty for collect
        std::string_view toolType;    ///< "action" or "data_collection"; empty for collect
        std::string_view parameters;  ///< one JSON object, checked against the tool's schema
        Caller caller{};
        std::shared_ptr<const void> owner;  ///< keeps the views alive as long as the call
        base::Clock::TimePoint deadline;    ///< on std::chrono::steady_clock
    };

    /// Runs on the thread that finishes the call. Must not block, must not throw.
    using Completion = std::function<void(Outcome)>;

    /// The progress that the plugin reports: 0 to 1000 and a text. Runs on the plugin's thread.
    using Progress = std::function<void(const Call& call, std::uint32_t permille, std::string_view text)>;

    Call(Request request, Completion done, Progress progress = {});

    const Request& request() const { return _request; }

    /// Finishes the call. False if it was finished before; `outcome` is then dropped.
    bool finish(Outcome outcome);
    bool finished() const;

    /// Sets the flag and wakes waitCancelled(). The first reason counts. Does not finish the call.
    void cancel(base::Code reason, std::string text);
    bool cancelled() const;
    /// Why it was cancelled, as the failure to report; meaningful only if cancelled().
    Outcome cancelOutcome() const;

    /// Blocks until the call is cancelled (true) or `limit` is over (false).
    bool waitCancelled(std::chrono::milliseconds limit) const;

    /// Until the deadline, never negative.
    std::chrono::milliseconds remaining() const;

    // Signs of life, for warnings.

    /// The plugin gets it now; until then it waits for a place.
    void begin();
    /// When it began; none while it waits.
    std::optional<base::Clock::TimePoint> begun() const;
    /// When it began or has last reported progress; while it waits, when it was made.
    base::Clock::TimePoint lastSign() const { return _lastSign; }

    void reportProgress(std::uint32_t permille, std::string_view text) const;

    static constexpr std::size_t longestAccount = 4'096;  ///< bytes

    /// What the tool says that it has done, for the audit: one JSON object. The last one counts. INVALID, EXHAUSTED.
    base::Result<void> keepAccount(std::string json);
    /// Once. Empty: it has not said so.
    std::string takeAccount() noexcept;

  private:
    const Request _request;
    const Progress _progress;
    mutable std::mutex _mutex;
    mutable std::condition_variable _cancelRaised;
    Completion _done;
    std::atomic<base::Clock::TimePoint> _begun{base::Clock::TimePoint()};
    mutable std::atomic<base::Clock::TimePoint> _lastSign;
    std::string _account;
    bool _finished = false;
    std::optional<base::Error> _cancelled;
};

using Calls = std::deque<std::shared_ptr<Call>>;

/// Removes `call`; null if it is not among them.
std::shared_ptr<Call> takeOut(Calls& calls, const Call& call);

}  // namespace aip::hosting
