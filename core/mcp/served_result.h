#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

/// What a tool of ours has said, as MCP's CallToolResult. Pure.
namespace aip::mcp {

/// How the result of a tool is structured; follows from its output schema.
enum class Structure {
    none,     ///< text only
    plain,    ///< the result itself
    wrapped,  ///< {"result": the result}, as FastMCP wraps what is not an object
};

/// A result in parts, each a list of members without braces.
struct ServedResult {
    std::string members;
    std::string meta;  ///< of "_meta"; may be empty
};

/// A string that is a data URL of an image or a sound becomes a block of that kind; an array of MCP's own blocks is
/// taken as it is; everything else is one text.
ServedResult succeeded(std::string_view result, Structure structure);

/// A failure that a model can read: its text and, in "_meta", the code of the ABI.
ServedResult failed(base::Code code, std::string_view text);

}  // namespace aip::mcp
