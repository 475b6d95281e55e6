#pragma once

#include "link.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace aip::bench {

/// A COMMAND that calls a tool of the bench plugin `times` times.
class Command {
  public:
    Command(std::string_view tool, std::string_view parameters, int times = 1, std::string_view session = "bench");

    /// The message, with a response_id that no other COMMAND has had. Valid until the next one.
    std::string_view next();

    int results() const { return _times; }

  private:
    int _times;
    std::string _text;
    std::size_t _counter;  ///< where the last twelve digits of the response_id stand
};

/// A device as its server sees it, from its registration on. Its heartbeats are acknowledged while its answers are
/// awaited.
class Device {
  public:
    /// Returns once the registration is acknowledged.
    explicit Device(Wire wire);

    void send(Command& command) { _link.send(command.next()); }

    /// The next COMMAND_RESULTS, which must be one of `results` successes.
    Link::Message answer(int results = 1);

    /// send() and answer().
    Link::Message call(Command& command);

    /// The whole text of the answer.
    std::string callForText(Command& command);

    /// Returns when the next heartbeat has arrived and is acknowledged; answers before it are passed over.
    void awaitHeartbeat();

    /// Acknowledges heartbeats and answers pings, nothing else. Returns how many heartbeats there were.
    unsigned serveFor(std::chrono::milliseconds time);

  private:
    bool isHeartbeat(const Link::Message& message);

    Link _link;
};

/// The session that a COMMAND_RESULTS belongs to.
std::string_view sessionOf(const Link::Message& answer);

}  // namespace aip::bench
