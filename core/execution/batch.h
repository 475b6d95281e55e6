#pragma once

#include "base/clock.h"
#include "execution/call_watchdog.h"
#include "execution/live_router.h"
#include "execution/policy.h"
#include "protocol/messages.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace aip::execution {

/// What a batch works with. Shared by all batches; outlives them.
struct ExecutionContext {
    const LiveRouter& router;
    const Policy& policy;
    CallWatchdog& watchdog;
    const base::Clock& clock;
    std::chrono::milliseconds toolTimeout;
};

/// One COMMAND under way: its actions one after the other, exactly one result each.
class Batch : public std::enable_shared_from_this<Batch> {
  public:
    /// Called once, on the thread that produced the last result.
    using Done = std::function<void(const std::shared_ptr<Batch>&)>;

    Batch(protocol::ServerMessagePtr command, ExecutionContext& context, Done done);

    /// Runs until the first action that takes time; the rest follows on the plugins' threads. Once.
    void start();

    /// Ends what runs and answers what has not begun. Before start(), too. Any thread.
    void cancel(base::Code reason, const std::string& text);

    const protocol::ServerMessage& command() const { return *_command; }
    const protocol::ServerMessagePtr& commandPointer() const { return _command; }
    std::vector<protocol::ActionResult> takeResults() { return std::move(_results); }

  private:
    struct Running {
        std::shared_ptr<hosting::Call> call;
        std::shared_ptr<plugins::Slot> slot;
        base::TimerQueue::Ticket ticket;
    };

    void advance();
    bool step(const protocol::Action& action);
    bool perform(const protocol::Action& action);
    bool answerListing(const protocol::Action& action, const Router& router, const Profile& profile);
    bool call(const protocol::Action& action, std::shared_ptr<const Tool> owned);
    bool begin(const Running& running);
    void finished(const Tool& tool, hosting::Outcome outcome);
    void release(const hosting::Outcome& outcome);
    std::optional<base::Error> cancellation();
    std::string callId(const protocol::Action& action) const;

    bool fail(const protocol::Action& action, std::string error, std::optional<std::string> nameSpace = std::nullopt);
    const protocol::Action& current() const { return _command->actions[_results.size()]; }

    const protocol::ServerMessagePtr _command;
    ExecutionContext& _context;
    const Done _done;
    std::vector<protocol::ActionResult> _results;  // touched by one thread at a time: whoever advances
    bool _failed = false;

    std::mutex _mutex;  // the two below are touched by cancel(), from anywhere
    Running _running;
    std::optional<base::Error> _cancelled;
};

}  // namespace aip::execution
