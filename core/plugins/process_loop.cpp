#include "plugins/process_loop.h"

#include "plugins/family_size.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <utility>

namespace aip::plugins {
namespace {

/// So that a process that sends much starves neither the others nor what is due: whichever comes first.
constexpr int messagesAtOnce = 64;
constexpr std::chrono::milliseconds timeAtOnce{10};
/// For what a process that has ended has sent before.
constexpr std::chrono::milliseconds longestRest{1'000};
/// Until there may be memory again.
constexpr std::chrono::milliseconds memoryPause{10};

}  // namespace

base::Result<void> ProcessLoop::wake(const std::shared_ptr<const void>& alive) {
    try {
        const bool open = _thread.with([&](Thread& self) {
            if (!_polled.open()) {
                return false;
            }
            if (!self.thread.joinable() && !self.joined) {
                self.thread = std::thread([this, alive] {
                    run();
                    _thread.with([](Thread& here) { here.ended = true; });
                    _thread.notify();
                });
            }
            return true;
        });
        if (!open) {
            return base::Error(base::Code::exhausted, "no descriptor is left for its thread");
        }
    } catch (const std::exception& problem) {
        return base::Error(base::Code::exhausted, std::string("cannot make a thread: ") + problem.what());
    }
    _polled.wake();
    return {};
}

bool ProcessLoop::join(TimePoint limit) {
    const bool mine = _thread.with([](Thread& self) {
        self.joined = true;
        return self.thread.get_id() == std::this_thread::get_id();
    });
    _polled.wake();
    bool ended = true;
    std::thread thread = _thread.waitUntil(
        limit, [mine](const Thread& self) { return mine || self.ended || !self.thread.joinable(); },
        [&ended](Thread& self) {
            ended = self.ended || !self.thread.joinable();
            return std::move(self.thread);
        });
    if (ended && thread.joinable()) {
        thread.join();
    } else if (thread.joinable()) {
        thread.detach();
    }
    return ended || mine;
}

void ProcessLoop::watchNumbers() {
    if (_mostProcesses > 0 && !_counting.exchange(true)) {
        _polled.wake();
    }
}

void ProcessLoop::run() {
    for (bool over = false; !over;) {
        try {
            over = turn();
        } catch (const std::bad_alloc&) {
            std::this_thread::sleep_for(memoryPause);  // what is ready stays so; a wait needs memory itself
        }
    }
}

/// True if it was the last.
bool ProcessLoop::turn() {
    const auto now = std::chrono::steady_clock::now();
    _counting = false;  // a call that comes from now on and is not seen by this turn wakes us again
    const auto turn = _owner.turn(now);
    _counts.turn(_mostProcesses > 0 && turn.busy, now);
    if (_counts.watching()) {
        _counting = true;
    }
    std::ranges::for_each(turn.orders, [this](const auto& order) { carryOut(order); });
    if (turn.launch) {
        launch();
    }
    if (turn.over) {
        return true;
    }
    wait(std::min(turn.deadline, _counts.due()));
    readAll(std::chrono::steady_clock::now());
    countIfDue(std::chrono::steady_clock::now());
    return false;
}

void ProcessLoop::carryOut(const ProcessPool::Order& order) {
    const auto hosted = std::ranges::find(_processes, order.process, &Hosted::id);
    if (hosted == _processes.end()) {
        return;  // there was no memory for it when it was launched
    }
    hosted->process.carryOut(order.order);
    if (order.order == ProcessOrder::leaveBehind) {
        _processes.erase(hosted);
    }
}

void ProcessLoop::launch() {
    if (auto launched = _owner.launch()) {
        _processes.emplace_back(launched->id, std::move(launched->child), _log);
    }
}

void ProcessLoop::wait(TimePoint deadline) {
    const auto now = std::chrono::steady_clock::now();
    for (Hosted& hosted : _processes) {
        hosted.process.watch(_polled, now);
        deadline = std::min(deadline, hosted.process.outputAt(now));
    }
    _polled.wait(deadline);
}

void ProcessLoop::readAll(TimePoint now) {
    for (auto each = _processes.begin(); each != _processes.end();) {
        const auto hosted = each++;
        if (hosted->process.linkReady()) {
            receive(*hosted);
        }
        hosted->process.readOutput(now);
        const auto end = hosted->process.processReady() ? reap(*hosted) : std::nullopt;
        if (end) {
            _owner.ended(hosted->id, *end);  // first: without memory for it the next turn finds the process again
            _processes.erase(hosted);
        }
    }
}

void ProcessLoop::countIfDue(TimePoint now) {
    if (now < _counts.due()) {
        return;
    }
    bool more = false;
    for (Hosted& hosted : _processes) {
        const std::uint64_t before = std::exchange(hosted.familySize, hosted.process.familySize(_mostProcesses));
        more = more || hosted.familySize > before;
        if (hosted.familySize > _mostProcesses) {
            _owner.multiplied(hosted.id);
        }
    }
    _counts.counted(!_processes.empty(), more, now);
}

/// False if there may be more. Without memory for a message nobody knows what it was about.
bool ProcessLoop::receive(Hosted& hosted) {
    try {
        return receiveSome(hosted);
    } catch (const std::bad_alloc&) {
        return lose(hosted, base::Error(base::Code::exhausted, "not enough memory"));
    }
}

/// The same.
bool ProcessLoop::receiveSome(Hosted& hosted) {
    const auto& link = hosted.process.link();
    if (const auto flushed = link->flush(); !flushed && flushed.error().code() != base::Code::unavailable) {
        return lose(hosted, flushed.error());
    }  // a closed link is still read to its end

    base::ByteBuffer buffer;  // every plugin has a loop: none keeps its 128 KiB
    const auto end = std::chrono::steady_clock::now() + timeAtOnce;
    for (int i = 0; i < messagesAtOnce && (i == 0 || std::chrono::steady_clock::now() < end); ++i) {
        auto received = link->receive(buffer, false);
        if (!received) {
            return lose(hosted, received.error());
        }
        if (!*received) {
            return true;
        }
        const bool belongs = handle(hosted, link, **received);
        if (!belongs || (*received)->descriptor) {
            link->dismiss(**std::move(received));
        }
        if (!belongs) {
            return lose(hosted, base::Error(base::Code::invalid, "a message that does not belong here"));
        }
    }
    return false;
}

/// What a message that fails has with it is not closed here: that may block.
bool ProcessLoop::handle(const Hosted& hosted, const std::shared_ptr<link::Link>& link,
                         link::Link::Received& received) {
    try {
        return _owner.handle(hosted.id, link, received);
    } catch (const std::bad_alloc&) {
        link->dismiss(std::move(received));
        throw;
    }
}

/// Always true: nothing more is read.
bool ProcessLoop::lose(Hosted& hosted, const base::Error& why) {
    hosted.process.stopListening();
    _owner.lost(hosted.id, why);
    return true;
}

/// Its last messages are read, unless it is not trusted any more.
std::optional<ProcessEnd> ProcessLoop::reap(Hosted& hosted) {
    const auto limit = std::chrono::steady_clock::now() + longestRest;
    while (_owner.trusts(hosted.id) && !receive(hosted) && std::chrono::steady_clock::now() < limit) {
    }
    return hosted.process.end();
}

}  // namespace aip::plugins
