#pragma once

#include "hosting/call.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace aip::plugins {

/// Calls, and how each is to be finished, with no lock held.
using Outcomes = std::vector<std::pair<std::shared_ptr<hosting::Call>, hosting::Outcome>>;

void finish(Outcomes&& outcomes);

/// The calls of a slot that wait for a place, in the order in which they came. Not for concurrent use.
class CallQueue {
  public:
    explicit CallQueue(std::size_t limit) : _limit(limit) {}

    bool empty() const { return _calls.empty(); }
    std::size_t size() const { return _calls.size(); }

    /// False if it is full.
    bool push(std::shared_ptr<hosting::Call> call);
    /// The first call; there must be one.
    std::shared_ptr<hosting::Call> pop();
    /// The first call that is neither cancelled nor finished; null if there is none. Those before it are removed and
    /// added to `outcomes`.
    std::shared_ptr<hosting::Call> popLive(Outcomes& outcomes);
    /// Removes `call`; null if it is not in the queue.
    std::shared_ptr<hosting::Call> takeOut(const hosting::Call& call) { return hosting::takeOut(_calls, call); }
    /// Removes all calls.
    hosting::Calls drain() { return std::exchange(_calls, {}); }

  private:
    std::size_t _limit;
    hosting::Calls _calls;
};

}  // namespace aip::plugins
