#pragma once

#include "base/clock.h"
#include "base/guarded.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace aip::app {

/// Whether the loops of the process make progress. An idle loop sleeps, so each is asked for a beat; one that owes its
/// beat for longer than its patience is frozen. Any thread.
class LoopWatch {
  public:
    struct Loop {
        std::string name;
        std::chrono::milliseconds patience{};  ///< longer than anything that the loop may do in one turn
        std::function<void()> ask;             ///< has the loop call beat(), now or later; must not block
    };
    struct Age {
        std::string name;
        base::Clock::Duration owed;  ///< since it was asked for the beat that it owes; 0: it owes none
        std::uint64_t beats;
    };

    explicit LoopWatch(const base::Clock& clock) : _clock(clock) {}

    /// What `ask` uses outlives the watch. Before everything else.
    void add(Loop loop);

    /// The loop of this name has made a turn, asked or not.
    void beat(const std::string& name);

    /// Asks those that owe no beat; the names of those that are frozen.
    std::vector<std::string> frozen();
    /// The same, after those whose patience is not longer than `limit` had so long to answer. Blocks.
    std::vector<std::string> frozenAfter(std::chrono::milliseconds limit);

    std::vector<Age> ages() const;

  private:
    struct State {
        base::Clock::TimePoint asked{};
        bool owes = false;
        std::uint64_t beats = 0;
    };
    using States = std::vector<State>;

    void ask();
    std::vector<std::string> overdue() const;
    bool answered(const States& states, std::chrono::milliseconds limit) const;

    const base::Clock& _clock;
    std::vector<Loop> _loops;
    base::Guarded<States> _states;  ///< in the order of the loops
};

}  // namespace aip::app
