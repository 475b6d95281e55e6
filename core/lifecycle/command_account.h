#pragma once

#include "base/clock.h"
#include "protocol/messages.h"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace aip::lifecycle {

/// How the actions of a COMMAND have ended.
struct Outcomes {
    std::size_t succeeded = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
};
Outcomes outcomesOf(const std::vector<protocol::ActionResult>& results);
/// "3 actions: 1 succeeded, 1 failed, 1 skipped"
std::string inWords(const Outcomes& outcomes);

/// A COMMAND that is answered, for its line in the log.
struct AnsweredCommand {
    protocol::ServerMessagePtr command;
    Outcomes outcomes{};
    std::size_t bytes = 0;  ///< of its answer
    base::Clock::Duration duration{};
    bool sent = false;
};
/// Ids, numbers and times, nothing else: what the server and plugins say may be secret.
void logAnswered(const AnsweredCommand& answered);

/// When COMMANDs have come. Not for concurrent use.
class Arrivals {
  public:
    void add(const protocol::ServerMessage& command, base::Clock::TimePoint now) { _times[&command] = now; }
    /// How long ago it was; the COMMAND leaves the list.
    base::Clock::Duration take(const protocol::ServerMessage& command, base::Clock::TimePoint now);

  private:
    std::unordered_map<const protocol::ServerMessage*, base::Clock::TimePoint> _times;
};

}  // namespace aip::lifecycle
