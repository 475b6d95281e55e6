#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace aip::agentctl {

/// Where the program writes to.
class Output {
  public:
    /// `terminal`: what is written drives a terminal.
    Output(std::ostream& out, bool terminal, std::size_t width) : _out(out), _terminal(terminal), _width(width) {}

    bool terminal() const { return _terminal; }
    /// Characters of its lines; 0: any number.
    std::size_t width() const { return _terminal ? _width : 0; }

    /// As the agent has sent it, with a line break; on a terminal the same JSON as shownJson().
    void json(std::string_view json);
    /// What is already fit for people.
    void text(std::string_view text);
    /// Several lines of somebody else.
    void foreign(std::string_view text);
    /// Now, and not when there is more.
    void flush();
    /// Nothing was lost so far.
    bool good() const;

  private:
    std::ostream& _out;
    const bool _terminal;
    const std::size_t _width;
};

}  // namespace aip::agentctl
