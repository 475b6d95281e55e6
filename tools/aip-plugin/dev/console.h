#pragma once

#include "dev/events.h"

#include <optional>
#include <string>

namespace aip::tool::dev {

/// The author's terminal, or what stands in for it: lines of standard input, messages on standard error.
class Console {
  public:
    explicit Console(Events& events);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// A message, which may have many lines.
    void say(const std::string& text);
    /// The same with "dev: " before it: what we do ourselves.
    void tell(const std::string& text) { say("dev: " + text); }

    /// Asks for a line, if a person can see that.
    void prompt();
    bool hasLine() const { return _input.find('\n') != std::string::npos; }
    /// Nothing comes any more.
    bool ended() const { return _ended; }
    std::optional<std::string> line();

  private:
    Events& _events;
    const bool _terminal;
    bool _prompted = false;
    bool _ended = false;
    std::string _input;
};

}  // namespace aip::tool::dev
