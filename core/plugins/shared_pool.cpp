#include "plugins/shared_pool.h"

#include <chrono>
#include <string_view>

namespace aip::plugins {

using base::Code;
using TimePoint = base::Clock::TimePoint;

ProcessId SharedPool::launched(std::shared_ptr<link::Link> link, int number, TimePoint now) {
    return _state.with([&](State& state) {
        const ProcessId process = state.pool.launched(now);
        state.attached.emplace(process, Attached{std::move(link), number});
        return process;
    });
}

void SharedPool::ended(ProcessId process, const ProcessEnd& end, TimePoint now) {
    carryOut(_state.with([&](State& state) {
        auto effects = state.pool.ended(process, end, now);
        state.attached.erase(process);
        return Decision{std::move(effects), {}};
    }));
}

ProcessPool::Turn SharedPool::turn(TimePoint now) {
    auto turn = _state.with([&](State& state) {
        auto due = state.pool.turn(now);
        for (const auto& each : due.orders) {
            if (each.order == ProcessOrder::leaveBehind) {
                state.attached.erase(each.process);
            }
        }
        return due;
    });
    carryOut({std::move(turn.effects), {}});
    return turn;
}

SlotFigures SharedPool::figures(TimePoint now) const {
    return _state.with([now](const State& state) {
        auto figures = state.pool.figures(now);
        for (const auto& [id, process] : state.attached) {
            figures.processes.push_back(process.number);
        }
        return figures;
    });
}

bool SharedPool::carryOut(Decision decision) {
    if (decision.effects.changed) {
        _state.notify();
    }
    if (_failed && !decision.effects.failure.empty()) {
        _failed(decision.effects.failure);
    }
    if (const auto awake = decision.effects.wake ? _wake() : hosting::Check(); !awake) {
        decision = decide([&](ProcessPool& pool) { return pool.refuseAll(awake.error()); });
    }
    while (const auto delivery = std::exchange(decision.effects.delivery, {})) {
        const auto sent = send(*delivery, *decision.link);
        finish(std::move(decision.effects.outcomes));
        if (sent) {
            return true;
        }
        decision = decide([&](ProcessPool& pool) {
            return pool.undelivered(*delivery, sent.error(), std::chrono::steady_clock::now());
        });
    }
    finish(std::move(decision.effects.outcomes));
    return false;
}

base::Result<void> SharedPool::send(const ProcessPool::Delivery& delivery, link::Link& link) const {
    const hosting::Call::Request& request = delivery.call->request();
    delivery.call->begin();
    const hosting::Caller& caller = request.caller;
    const link::Invoke invoke{static_cast<std::uint32_t>(delivery.ticket.place),
                              delivery.ticket.number,
                              static_cast<std::uint8_t>(request.kind),
                              static_cast<std::uint64_t>(delivery.call->remaining().count()),
                              request.id,
                              request.tool,
                              request.toolType,
                              link::Payload(request.parameters),
                              caller.agent,
                              caller.root,
                              caller.process,
                              caller.session,
                              caller.task,
                              caller.running ? caller.running->number : 0};
    auto sent = link.post(invoke);
    wakeIfWaiting(link);
    if (!sent && sent.error().code() == Code::unavailable) {
        return {};  // the process is gone: its calls are answered when it has ended
    }
    return sent;
}

void SharedPool::cancelled(const hosting::Call& call) {
    struct Found {
        std::shared_ptr<hosting::Call> queued;
        Ticket ticket;
        std::shared_ptr<link::Link> link;
    };
    const auto found = _state.with([&](State& state) {
        if (auto queued = state.pool.takeOut(call)) {
            return Found{std::move(queued), {}, {}};
        }
        const auto running = state.pool.find(call);
        return running.call ? Found{{}, running.ticket, state.attached.at(running.process).link} : Found{};
    });
    if (found.queued) {
        found.queued->finish(found.queued->cancelOutcome());
    }
    if (found.link) {
        const hosting::Outcome why = call.cancelOutcome();
        static_cast<void>(found.link->post(link::Cancel{
            static_cast<std::uint32_t>(found.ticket.place), found.ticket.number, static_cast<std::int32_t>(why.code),
            std::string_view(why.error).substr(0, link::largestInline / 2)}));
        wakeIfWaiting(*found.link);
    }
}

bool SharedPool::abandon(const hosting::Call& call) {
    const auto now = std::chrono::steady_clock::now();
    bool ends = false;
    apply([&](ProcessPool& pool) {
        auto effects = pool.abandon(call, now);
        ends = pool.ends(call);
        return effects;
    });
    return ends;
}

/// What does not fit into the socket is sent by the loop.
void SharedPool::wakeIfWaiting(const link::Link& link) const {
    if (link.waiting()) {
        static_cast<void>(_wake());
    }
}

}  // namespace aip::plugins
