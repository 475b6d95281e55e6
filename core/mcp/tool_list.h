#pragma once

#include "mcp/header_arguments.h"
#include "mcp/served_result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aip::mcp {

/// What a client is told of a tool. JSON members are kept as text.
struct ToolText {
    std::string name;   ///< unique in its list
    std::string title;  ///< may be empty
    std::string description;
    std::string inputSchema;
    std::string outputSchema;  ///< "null": none
    std::string annotations;   ///< an object or "null"
};

/// The tools that clients see, in their order. Immutable.
class ToolList {
  public:
    struct Entry {
        std::string name;
        std::string listing;       ///< members of the tool without its output schema
        std::string outputSchema;  ///< empty: none
        Structure structure = Structure::none;
        bool structuresObjects =
            false;                  ///< what it structures is always an object: revisions before 2026-07-28 can tell
        HeaderArguments headers{};  ///< none if its schema marks them in a wrong way: clients leave the tool out
    };

    explicit ToolList(const std::vector<ToolText>& tools);

    const std::vector<Entry>& all() const { return _tools; }
    /// Null if there is none.
    const Entry* find(std::string_view name) const;

  private:
    std::vector<Entry> _tools;
    std::vector<std::size_t> _byName;  ///< sorted by the names
};

using ToolListPtr = std::shared_ptr<const ToolList>;

}  // namespace aip::mcp
