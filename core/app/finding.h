#pragma once

#include "app/finding_table.h"
#include "base/error.h"

#include <functional>
#include <string>
#include <vector>

namespace aip::app {

/// Something that is wrong, or has no effect, in what the operator has written or installed, on this machine or on the
/// way to the server. Severity and cure are those of the table.
struct Finding {
    Found found;
    std::string origin;  ///< "agent.ini:7", "command line"; empty: it is not written anywhere
    std::string key;     ///< empty: it is about no key, or the text names it
    std::string text;    ///< what is wrong
    /// Of the plugin that the cure speaks of: "plugin.shell", "mcp.files"; empty: of none in particular.
    std::string section{};

    /// That of the table, with the section and the id of the plugin in the place of plugin.ID and ID.
    std::string cure() const;

    Severity severity() const { return rowOf(found).severity; }

    /// "agent.ini:7: key 'log.level': text", as printable() shows it, whoever has said the text.
    std::string line() const;
};

/// What an error of base/file.h about a file is; `otherwise` if it is about its content.
Found foundInFile(const base::Error& error, Found otherwise);

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

    /// Everything, two lines each: "AIP-103 error: agent.ini:7: ...", and the cure.
    std::string report() const;

  private:
    std::vector<Finding> _all;
};

/// Makes a text fit to be shown.
using Shown = std::function<std::string(std::string text)>;

/// [{"code":"AIP-103","severity":"error","origin":"agent.ini:7","setting":"log.level","text":"...","cure":"..."}].
/// Origin and setting are left out if there is none.
std::string json(const Findings& findings, const Shown& shown);

/// Each as a line: errors, warnings, and information for notes.
void log(const Findings& findings);

}  // namespace aip::app
