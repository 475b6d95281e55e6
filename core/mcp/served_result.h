#pragma once

#include "base/error.h"

#include <cstddef>
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

// Members without braces are appended to `out`.

/// A string that is a data URL of an image or a sound becomes a block of that kind; an array of MCP's own blocks is
/// taken as it is; everything else is one text. Copies nothing else of the result.
void appendSuccess(std::string& out, std::string_view result, Structure structure);
/// So many bytes at most.
std::size_t largestSuccess(std::string_view result, Structure structure);

/// A failure that a model can read: its text.
void appendFailure(std::string& out, std::string_view text);
/// Its member of "_meta": the code of the ABI.
std::string failureMeta(base::Code code);

}  // namespace aip::mcp
