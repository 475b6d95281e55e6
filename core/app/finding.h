#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::app {

enum class Severity {
    error,    ///< the agent does not start; at a reload everything stays as it is
    finding,  ///< the agent runs, with a warning; --check fails
    note,     ///< worth knowing
};

std::string_view name(Severity severity);

/// Something that is wrong, or has no effect, in what the operator has written or installed.
struct Finding {
    Severity severity;
    std::string origin;  ///< "agent.ini:7", "command line"; empty: it is not written anywhere
    std::string key;     ///< empty: it is about no key, or the text names it
    std::string text;    ///< what is wrong
    std::string cure{};  ///< what to do; empty: the text says it

    /// "agent.ini:7: key 'log.level': text; cure"
    std::string line() const;
};

/// All that was found, in the order in which it was.
class Findings {
  public:
    void add(Finding finding) { _all.push_back(std::move(finding)); }
    void add(const Findings& others) { _all.insert(_all.end(), others._all.begin(), others._all.end()); }

    const std::vector<Finding>& all() const { return _all; }
    bool has(Severity severity) const;
    bool haveError(const std::string& key) const;  ///< about this key

    /// The errors, a line each.
    std::string text() const;

    /// Everything, a line each: "error: agent.ini:7: ...".
    std::string report() const;

  private:
    std::vector<Finding> _all;
};

/// Each as a line: errors, warnings for findings, and information for notes.
void log(const Findings& findings);

}  // namespace aip::app
