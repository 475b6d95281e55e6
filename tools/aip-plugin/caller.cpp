#include "caller.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace aip::tool {

using base::Code;
using Clock = std::chrono::steady_clock;

class PendingCall {
  public:
    std::string tool;
    std::string type;
    std::string parameters;
    std::shared_ptr<hosting::Call> call;
    Clock::time_point begun = Clock::now();
    std::optional<Clock::time_point> cancelled;

    void finish(hosting::Outcome outcome) {
        const std::lock_guard lock(_mutex);
        _outcome = std::move(outcome);
        _ended = Clock::now();
        _changed.notify_all();
    }

    bool await(Clock::time_point limit) {
        std::unique_lock lock(_mutex);
        return _changed.wait_until(lock, limit, [this] { return _outcome.has_value(); });
    }

    Reply reply(bool abandoned) {
        const std::lock_guard lock(_mutex);
        const auto latency = cancelled && _ended > *cancelled ? _ended - *cancelled : std::chrono::nanoseconds{};
        return {*std::move(_outcome), _ended - begun, latency, abandoned};
    }

  private:
    std::mutex _mutex;
    std::condition_variable _changed;
    std::optional<hosting::Outcome> _outcome;
    Clock::time_point _ended;
};

Caller::Caller(plugins::Slot& slot, Limits limits, hosting::Call::Progress progress)
    : _slot(slot), _limits(limits), _progress(std::move(progress)) {}

std::shared_ptr<PendingCall> Caller::invoke(hosting::Call::Kind kind, std::string tool, std::string type,
                                            std::string parameters) {
    auto pending = std::make_shared<PendingCall>();
    pending->tool = std::move(tool);
    pending->type = std::move(type);
    pending->parameters = std::move(parameters);
    pending->parameters.reserve(pending->parameters.size() + 64);  // as in the agent, whose buffers are padded
    hosting::Call::Request request;
    request.kind = kind;
    request.id = "call-" + std::to_string(++_count);
    request.tool = pending->tool;
    request.toolType = pending->type;
    request.parameters = pending->parameters;
    request.caller = {.session = _task->session, .task = _task->name, .running = _task};
    request.owner = pending;
    request.deadline = pending->begun + _limits.call;
    const std::weak_ptr<PendingCall> weak = pending;
    const auto done = [weak](hosting::Outcome outcome) {
        if (const auto waiting = weak.lock()) {
            waiting->finish(std::move(outcome));
        }
    };
    const auto call = std::make_shared<hosting::Call>(std::move(request), done, _progress);
    pending->call = call;
    _slot.invoke(call);
    return pending;
}

std::shared_ptr<PendingCall> Caller::begin(const admission::ToolManifest& tool, std::string parameters) {
    return invoke(hosting::Call::Kind::execute, tool.name, tool.type, std::move(parameters));
}

void Caller::cancel(PendingCall& pending, Code reason, const std::string& text) {
    pending.cancelled = Clock::now();
    pending.call->cancel(reason, text);
    _slot.cancelled(*pending.call);
}

bool Caller::endsWithin(PendingCall& pending, std::chrono::milliseconds limit) {
    return pending.await(Clock::now() + limit);
}

Reply Caller::wait(PendingCall& pending) {
    if (!pending.cancelled && !pending.await(pending.begun + _limits.call)) {
        cancel(pending, Code::deadline, "not done within " + std::to_string(_limits.call.count()) + " ms");
    }
    const auto end = pending.cancelled ? *pending.cancelled + _limits.grace : Clock::now();
    bool abandoned = false;
    if (!pending.await(end)) {
        abandoned = pending.call->finish(pending.call->cancelOutcome());
        _slot.abandon(*pending.call);
        pending.await(Clock::now() + std::chrono::seconds(10));
    }
    Reply reply = pending.reply(abandoned);
    pending.call.reset();  // it owns this object
    return reply;
}

Reply Caller::call(const admission::ToolManifest& tool, std::string parameters) {
    return wait(*begin(tool, std::move(parameters)));
}

Reply Caller::collect() {
    return wait(*invoke(hosting::Call::Kind::collect, {}, {}, {}));
}

}  // namespace aip::tool
