#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::mcp {

/// A tool by the names of our own.
struct ToolKey {
    std::string type;
    std::string nameSpace;
    std::string name;

    auto operator<=>(const ToolKey&) const = default;
};

/// Gives tools the names under which MCP clients see them: of [A-Za-z0-9_-], at most 64 long and unique. The first
/// tool of a name has it bare; a later one has its namespace in front, and a number after it if that is taken, too. A
/// tool keeps its name as long as it is listed. Pure.
class ToolNames {
  public:
    /// The names for `tools`, in their order.
    std::vector<std::string> assign(const std::vector<ToolKey>& tools);

  private:
    std::string choose(const ToolKey& tool);

    std::map<ToolKey, std::string> _names;
    std::set<std::string, std::less<>> _taken;
    std::map<std::string, std::size_t> _numbers;  ///< by the name before: the latest that was given
};

}  // namespace aip::mcp
