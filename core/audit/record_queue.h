#pragma once

#include "audit/record.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/guarded.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace aip::audit {

struct Begun {
    std::shared_ptr<CallRecord> call;
};
struct Ended {
    std::shared_ptr<CallRecord> call;
};
struct Happened {
    std::shared_ptr<const EventRecord> event;
};
using Item = std::variant<std::monostate, Begun, Ended, Happened>;

/// How much may wait.
struct QueueLimits {
    std::size_t records = 4'096;      ///< of calls; a call begins only if both of its records have room
    std::size_t open = 0;             ///< places beside them for the ends of calls that run
    std::size_t bytes = 64UL << 20U;  ///< of their parameters; those of one call alone always may
    std::size_t events = 1'024;
};

/// The records that wait for the writer, in order. A call that has begun has a place for its end. What the writer has
/// taken waits until it is released: it is not in the file yet. Nothing is allocated after the constructor.
///
/// Threads: any may put, one takes. No put blocks. The writer is woken when it sleeps, and when many records wait; as
/// long as records come it looks by itself every `nap`, so that a put mostly costs no system call. putBegun() leaves it
/// asleep: who asks for a tool does not wait for that system call before the tool is asked.
class RecordQueue {
  public:
    static constexpr std::chrono::milliseconds nap{5};

    explicit RecordQueue(QueueLimits limits = {});

    /// False if there is no room for both records of a call: the call is counted as refused. wake() or another put must
    /// follow.
    bool putBegun(std::shared_ptr<CallRecord> call) noexcept;
    void wake() noexcept;
    /// A quarter of the room for calls is left, or less. Costs next to nothing.
    bool isCrowded() const noexcept { return _crowded.load(std::memory_order_relaxed); }
    /// Blocks while it is crowded, unless that lasts: then, until the writer gets on, nobody waits. Not [writer].
    void awaitRoom(std::chrono::milliseconds limit);
    void putEnded(std::shared_ptr<CallRecord> call) noexcept;
    /// False if there is no room: it is counted.
    bool putEvent(std::shared_ptr<const EventRecord> event) noexcept;
    /// A call has been refused without a record.
    void countRefused() noexcept;
    /// An event has no record.
    void countMissed() noexcept;

    struct Taken {
        std::vector<Item> items;
        std::uint64_t refused = 0;  ///< calls since the last time
        std::uint64_t missed = 0;   ///< events since the last time
        bool last = false;          ///< stop() was called, and nothing else waits
    };
    /// The next records, in their order. Waits for some until `limit`: then there may be none. [writer]
    Taken take(base::Clock::TimePoint limit);

    /// What was taken is written, or lost. [writer]
    void release();

    /// Waits, for a writer that can do nothing else. True if stop() was called. [writer]
    bool stoppedWithin(std::chrono::milliseconds limit);

    void stop();

    /// Why the writer does not get on; none: it does.
    void setFault(std::optional<base::Error> why);

    struct Standing {
        std::size_t waiting;  ///< records of calls and events
        bool full;            ///< a call has no room
        std::optional<base::Error> fault;
        std::uint64_t refused;  ///< calls, in all
        std::uint64_t missed;   ///< events, in all
    };
    Standing standing() const;
    /// What a call is told that has no room.
    std::string refusal() const;

  private:
    struct State {
        explicit State(QueueLimits limits) : ring(limits.records + limits.open + limits.events) {}

        bool put(Item item);
        /// Whether the writer sleeps, for the first who asks.
        bool wakes() { return std::exchange(sleeping, false); }
        /// For the two records of one more call.
        bool hasRoom(const QueueLimits& limits) const;
        bool isCrowded(const QueueLimits& limits) const;
        std::size_t callRecords() const { return size - events + taken - takenEvents; }

        std::vector<Item> ring;
        std::size_t first = 0;
        std::size_t size = 0;
        std::size_t events = 0;    ///< of `size`
        std::size_t reserved = 0;  ///< for calls that have begun
        std::size_t bytes = 0;
        std::size_t taken = 0;        ///< by the writer, and not released
        std::size_t takenEvents = 0;  ///< of `taken`
        std::size_t takenBytes = 0;
        /// How many there were, and how many of them the writer knows.
        struct Count {
            std::uint64_t all = 0;
            std::uint64_t taken = 0;
            std::uint64_t take() { return all - std::exchange(taken, all); }
        };
        Count refused{};
        Count missed{};
        std::optional<base::Error> fault{};
        bool sleeping = false;
        bool stopping = false;
        bool stalled = false;  ///< somebody has waited for room in vain
    };

    template <typename Put>
    bool putAndWake(Put&& put) noexcept;
    static Item takeFirst(State& state);
    static Taken takeGroup(State& state);

    bool noteCrowd(const State& state) noexcept;

    const QueueLimits _limits;
    base::Guarded<State> _state;
    std::atomic<bool> _crowded{false};  ///< as the state says; written with its lock held
    bool _busy = false;                 ///< records came the last time; of the writer
};

}  // namespace aip::audit
