#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/guarded.h"
#include "execution/caller.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::execution {

/// What an operator sees of a call that has not ended.
struct RunningCall {
    enum class State {
        waiting,     ///< a COMMAND that has not begun: others of its session run, or no worker is free
        checking,    ///< for its parameters, or for a worker that checks them
        queued,      ///< for a place in its plugin
        running,     ///< its plugin has it
        cancelling,  ///< its plugin has it and has been told to end it
    };

    std::uint64_t id = 0;             ///< that of the log: "call ID:CALL_ID"
    std::chrono::milliseconds age{};  ///< since its front door has taken it
    State state = State::waiting;
    std::string callId{};  ///< the caller's own; need not be unique
    std::string toolType{};
    std::string tool{};
    std::string nameSpace{};  ///< empty, as is `plugin`: the tool has not been looked up yet
    std::string plugin{};
    std::string door{};
    std::string session{};
    std::string task{};
    std::string agent{};
    std::optional<std::uint32_t> permille{};  ///< 0 to 1000, as reported last; none: nothing yet
    std::string text{};                       ///< reported with it
};

/// "waiting", "checking", ...
std::string_view name(RunningCall::State state);

/// Something that has a result to come, and that an operator can see and stop. Any thread.
class InFlight {
  public:
    static constexpr std::size_t longestText = 200;  ///< bytes of what is reported with progress; more is cut

    virtual ~InFlight() = default;

    /// Without id and age. None: others that are in flight stand for it.
    virtual std::optional<RunningCall> describe() const = 0;

    /// Its views live as long as this object and what is returned.
    virtual Caller caller() const = 0;

    /// It is a COMMAND: the calls of its actions are in flight, too.
    virtual bool holdsCalls() const { return false; }

    /// Makes it fail with this reason, whatever its plugin says from now on. May end it on this thread. The first
    /// reason counts. `grace`: as CallWatchdog::cancel(), also of what has been stopped before.
    virtual void stop(const base::Error& why, std::optional<std::chrono::milliseconds> grace) = 0;
};

/// What is in flight at all front doors: the calls, and the COMMANDs that have not begun. Bounded as their places are.
///
/// Threads: any. No lock is held while something that is in flight is asked or stopped. It outlives what is in flight.
class RunningCalls {
  public:
    using Id = std::uint64_t;

    /// Takes a call out of the list when it is destroyed.
    class Entry {
      public:
        Entry() = default;
        Entry(Entry&& other) noexcept : _calls(std::exchange(other._calls, nullptr)), _id(other._id) {}
        Entry& operator=(Entry&& other) noexcept;
        ~Entry() { leave(); }

        void leave() noexcept;
        Id id() const { return _id; }

      private:
        friend class RunningCalls;
        Entry(RunningCalls& calls, Id id) : _calls(&calls), _id(id) {}

        RunningCalls* _calls = nullptr;
        Id _id = 0;
    };

    struct List {
        std::vector<RunningCall> calls;  ///< the oldest first
        std::size_t leftOut = 0;
    };

    static constexpr std::size_t mostListed = 1'000;

    explicit RunningCalls(const base::Clock& clock) : _clock(clock) {}

    /// Held until the entry is destroyed; not kept alive. Throws std::bad_alloc.
    Entry enter(const std::shared_ptr<InFlight>& call);

    /// Called by enter() when the call is in the list, with no lock held; must be quick. To be set before the first.
    void onEntered(std::function<void()> entered) { _entered = std::move(entered); }

    List list(std::size_t most = mostListed) const;
    bool empty() const;

    /// They fail with CANCELLED, "cancelled by the operator"; of a COMMAND the actions after them are skipped. How many
    /// calls and COMMANDs there were; 0: none is in flight (any more).
    std::size_t cancel(Id call);
    /// `session.door` empty: that of any door. Also its COMMANDs that have not begun.
    std::size_t cancel(const SessionKey& session);
    std::size_t cancelTask(std::string_view task);

    /// All of them fail with this reason. `grace`: as InFlight::stop().
    std::size_t stopAll(const base::Error& why, std::optional<std::chrono::milliseconds> grace = {});

    /// Blocks until all that is in flight now has ended, or until `limit` or endWaiting(). How many calls of it have
    /// not; a COMMAND, which waits for its calls, is not one.
    std::size_t waitForThese(std::chrono::steady_clock::time_point limit);

    /// Blocks until nothing is in flight at any door but `door`, or until `limit` or endWaiting().
    void waitForOtherDoors(std::string_view door, std::chrono::steady_clock::time_point limit);
    /// Nobody waits any longer.
    void endWaiting();

  private:
    struct Held {
        std::weak_ptr<InFlight> call;
        base::Clock::TimePoint since;
    };
    struct State {
        std::map<Id, Held> held;
        Id latest = 0;
        std::uint64_t left = 0;  ///< how many have left
        bool waits = true;       ///< see endWaiting()
    };
    struct Found {
        Id id;
        std::shared_ptr<InFlight> call;
        base::Clock::TimePoint since;
    };

    std::vector<Found> all() const;
    std::size_t stopWhere(const base::Error& why, std::optional<std::chrono::milliseconds> grace,
                          const std::function<bool(const Found&)>& wanted);

    const base::Clock& _clock;
    std::function<void()> _entered;
    base::Guarded<State> _state;
};

}  // namespace aip::execution
