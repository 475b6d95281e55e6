#pragma once

#include "execution/profile.h"
#include "execution/tool_table.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::execution {

/// A profile, and what it offers of the tools that there are. A type::name belongs to the first tool of the table that
/// has it in one of the profile's namespaces, whatever their order; the others are hidden. Immutable.
class Offer : public Profile {
  public:
    using ToolPtr = std::shared_ptr<const Tool>;
    /// A tool that is not offered, and the one that is in its place.
    struct Hidden {
        ToolPtr tool;
        ToolPtr by;
    };

    Offer(Profile profile, const ToolTable& table);

    /// Null if it is not offered.
    ToolPtr find(std::string_view type, std::string_view toolName) const;
    /// One of several with this type and name: that of a namespace. For doors with names of their own.
    ToolPtr find(std::string_view type, std::string_view toolName, std::string_view nameSpace) const;

    /// By type, then in the order of the profile's namespaces.
    const std::vector<ToolPtr>& tools() const { return _tools; }
    const std::vector<Hidden>& hidden() const { return _hidden; }

  private:
    using Pair = std::pair<std::string_view, std::string_view>;

    void choose(const ToolTable& table);
    void list(const ToolTable& table);

    std::map<Pair, ToolPtr> _byName;  ///< the keys are views into the tools
    std::vector<ToolPtr> _tools;
    std::vector<Hidden> _hidden;
};

}  // namespace aip::execution
