#pragma once

#include "mcp/fixed_arguments.h"
#include "mcp/header_arguments.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aip::mcp {

/// What the operator has decided about the tools of a server.
struct ToolRules {
    std::string nameSpace;
    std::string type = "action";                           ///< or "data_collection": servers do not say
    std::string prefix;                                    ///< before each of our names
    std::uint64_t timeoutSeconds{};                        ///< of each tool; 0: that of the agent
    std::vector<std::string> allowed;                      ///< by the server's names; empty: all
    std::map<std::string, std::string, std::less<>> pins;  ///< by the server's names; empty: none is pinned
    FixedArguments fixed;
    FixedArguments hidden;  ///< by whatever names: values that the model must not see in errors, these among them
    bool overHttp = false;  ///< then a tool that wants arguments in headers in a wrong way is left out
    std::function<std::string(std::string_view)> sha256;  ///< lower-case hex
};

/// The tools of a server as this device offers them. Pure and immutable; a new list makes a new catalog.
///
/// One tool that cannot be offered does not hide the others: it becomes a remark. Our name of a tool is that of the
/// server as far as it can be: other characters than [A-Za-z0-9_.-] become '_', one that does not begin with a letter
/// gets a '_' before it; then its `title` and `meta` show the server's name. Of two with the same name the first is
/// offered.
class ToolCatalog {
  public:
    ToolCatalog() = default;
    /// `listed`: each tool as the server has written it, one JSON value each.
    ToolCatalog(const ToolRules& rules, const std::vector<std::string>& listed);

    struct Tool {
        std::string name;  ///< the server's
        FixedArguments fixed;
        HeaderArguments headers;  ///< only over HTTP
    };
    /// By our name; null if it is not offered.
    const Tool* find(std::string_view name) const;
    std::size_t size() const { return _tools.size(); }

    /// The list for the agent: an array of tools as in a manifest.
    const std::string& json() const { return _json; }
    /// A line for each tool that is left out, and each rule that has no effect.
    const std::vector<std::string>& remarks() const { return _remarks; }
    /// "NAME=HASH, ...": what pins all that the server lists.
    const std::string& pins() const { return _pins; }

  private:
    struct Builder;  // the part of it that sees simdjson

    std::map<std::string, Tool, std::less<>> _tools;
    std::string _json = "[]";
    std::vector<std::string> _remarks;
    std::string _pins;
};

}  // namespace aip::mcp
