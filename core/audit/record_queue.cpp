#include "audit/record_queue.h"

#include <algorithm>
#include <utility>

namespace aip::audit {
namespace {

/// What the writer formats and holds at a time.
constexpr std::size_t groupSize = 256;
constexpr std::size_t groupBytes = 8UL << 20U;

std::size_t bytesOf(const Item& item) {
    const auto* begun = std::get_if<Begun>(&item);
    return begun == nullptr ? 0 : begun->call->texts.parameters().size();
}

}  // namespace

RecordQueue::RecordQueue(QueueLimits limits) : _limits(limits), _state(limits) {}

/// True if there is a group for the writer.
bool RecordQueue::State::put(Item item) {
    ring[(first + size) % ring.size()] = std::move(item);
    ++size;
    return size == groupSize;
}

bool RecordQueue::State::hasRoom(const QueueLimits& limits) const {
    const std::size_t waiting = callRecords();
    return waiting + 2 <= limits.records && waiting + reserved + 2 <= limits.records + limits.open;
}

bool RecordQueue::State::isCrowded(const QueueLimits& limits) const {
    return callRecords() > limits.records / 4 * 3 || bytes + takenBytes > limits.bytes / 4 * 3;
}

/// True if it is not crowded any more.
bool RecordQueue::noteCrowd(const State& state) noexcept {
    const bool crowded = state.isCrowded(_limits);
    const bool changed = crowded != isCrowded();
    if (changed) {
        _crowded.store(crowded, std::memory_order_relaxed);
    }
    return changed && !crowded;
}

/// `put(state, wake)` returns whether there was room.
template <typename Put>
bool RecordQueue::putAndWake(Put&& put) noexcept {
    bool wake = false;
    const bool done = _state.with([&](State& state) { return put(state, wake); });
    if (wake) {
        _state.notify();
    }
    return done;
}

bool RecordQueue::putBegun(std::shared_ptr<CallRecord> call) noexcept {
    const std::size_t bytes = call->texts.parameters().size();
    return putAndWake([&](State& state, bool& wake) {
        const bool room = state.hasRoom(_limits) && !state.stopping &&
                          (state.bytes == 0 || state.bytes + state.takenBytes + bytes <= _limits.bytes);
        if (!room) {
            ++state.refused.all;
            return false;
        }
        ++state.reserved;
        state.bytes += bytes;
        wake = state.put(Begun{std::move(call)});
        noteCrowd(state);
        return true;
    });
}

void RecordQueue::wake() noexcept {
    putAndWake([](State& state, bool& wake) {
        wake = state.size > 0 && state.wakes();
        return true;
    });
}

void RecordQueue::putEnded(std::shared_ptr<CallRecord> call) noexcept {
    putAndWake([&](State& state, bool& wake) {
        --state.reserved;
        wake = state.put(Ended{std::move(call)}) || state.wakes();
        noteCrowd(state);
        return true;
    });
}

bool RecordQueue::putEvent(std::shared_ptr<const EventRecord> event) noexcept {
    return putAndWake([&](State& state, bool& wake) {
        if (state.events == _limits.events) {
            ++state.missed.all;
            return false;
        }
        ++state.events;
        wake = state.put(Happened{std::move(event)}) || state.wakes();
        return true;
    });
}

void RecordQueue::countRefused() noexcept {
    _state.with([](State& state) { ++state.refused.all; });
}

void RecordQueue::countMissed() noexcept {
    _state.with([](State& state) { ++state.missed.all; });
}

Item RecordQueue::takeFirst(State& state) {
    Item item = std::exchange(state.ring[state.first], Item());
    state.first = (state.first + 1) % state.ring.size();
    --state.size;
    state.events -= std::holds_alternative<Happened>(item) ? 1U : 0U;
    state.bytes -= bytesOf(item);
    return item;
}

RecordQueue::Taken RecordQueue::takeGroup(State& state) {
    Taken taken;
    taken.items.reserve(std::min(state.size, groupSize));
    taken.refused = state.refused.take();
    taken.missed = state.missed.take();
    const auto [events, bytes] = std::pair(state.events, state.bytes);
    while (state.size > 0 && taken.items.size() < groupSize && bytes - state.bytes < groupBytes) {
        taken.items.push_back(takeFirst(state));
    }
    state.taken = taken.items.size();
    state.takenEvents = events - state.events;
    state.takenBytes = bytes - state.bytes;
    taken.last = state.stopping && state.size == 0;
    state.sleeping = false;
    return taken;
}

RecordQueue::Taken RecordQueue::take(base::Clock::TimePoint limit) {
    const auto ignore = [](const State&) {};
    if (_busy) {
        _state.waitUntil(
            std::chrono::steady_clock::now() + nap,
            [](const State& state) { return state.stopping || state.size >= groupSize; }, ignore);
    }
    _state.with([](State& state) { state.sleeping = state.size == 0; });
    auto taken = _state.waitUntil(
        limit, [](const State& state) { return state.stopping || state.size > 0; }, takeGroup);
    _busy = !taken.items.empty();
    return taken;
}

void RecordQueue::release() {
    const bool roomAgain = _state.with([this](State& state) {
        state.taken = state.takenEvents = state.takenBytes = 0;
        state.stalled = false;
        return noteCrowd(state);
    });
    if (roomAgain) {
        _state.notify();
    }
}

void RecordQueue::awaitRoom(std::chrono::milliseconds limit) {
    const auto goesOn = [this](const State& state) {
        return !state.isCrowded(_limits) || state.stalled || state.stopping || state.fault;
    };
    if (isCrowded()) {
        _state.waitUntil(std::chrono::steady_clock::now() + limit, goesOn,
                         [&](State& state) { state.stalled = !goesOn(state) || state.stalled; });
    }
}

bool RecordQueue::stoppedWithin(std::chrono::milliseconds limit) {
    return _state.waitUntil(
        std::chrono::steady_clock::now() + limit, [](const State& state) { return state.stopping; },
        [](const State& state) { return state.stopping; });
}

void RecordQueue::stop() {
    _state.with([](State& state) { state.stopping = true; });
    _state.notify();
}

void RecordQueue::setFault(std::optional<base::Error> why) {
    _state.with([&](State& state) { state.fault = std::move(why); });
    _state.notify();
}

RecordQueue::Standing RecordQueue::standing() const {
    return _state.with([this](const State& state) {
        return Standing{state.size + state.taken, !state.hasRoom(_limits), state.fault, state.refused.all,
                        state.missed.all};
    });
}

std::string RecordQueue::refusal() const {
    const auto [stopping, fault] =
        _state.with([](const State& state) { return std::pair(state.stopping, state.fault); });
    return "this device keeps an audit of its calls, and " +
           (stopping ? "it is closed"
                     : "its queue is full" +
                           (fault ? ": its file cannot be written: " + std::string(base::codeName(fault->code()))
                                  : std::string())) +
           "; the call is not carried out";
}

}  // namespace aip::audit
