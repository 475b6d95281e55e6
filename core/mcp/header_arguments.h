#pragma once

#include "base/error.h"
#include "mcp/rpc.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a client of revision 2026-07-28 repeats in headers of HTTP, so that others on the way can tell its requests
/// apart. Pure.
namespace aip::mcp {

/// An argument that stands in a header, too: "x-mcp-header" in the schema of its tool.
struct HeaderArgument {
    std::string header;             ///< Mcp-Param-NAME
    std::vector<std::string> path;  ///< of the argument: names of members, from the outermost on
    bool isNumber = false;
};
using HeaderArguments = std::vector<HeaderArgument>;

/// Those of a tool with this input schema, a JSON object. INVALID: it marks what must not be marked, or in a wrong way;
/// such a tool must not be offered over HTTP.
base::Result<HeaderArguments> headerArguments(std::string_view schema);

/// An argument of a call as text; nothing if it is absent, null, or cannot stand in a header.
std::optional<std::string> argumentText(const HeaderArgument& argument, const Params& arguments);

/// Names and values for a call. `arguments`: a JSON object.
std::vector<std::pair<std::string, std::string>> headersOf(const HeaderArguments& all, std::string_view arguments);

/// Whether a header says of an argument what the body says: numbers are compared as such.
bool isSame(const HeaderArgument& argument, std::string_view fromHeader, std::string_view fromBody);

/// A text as the value of a header, in base64 if it has to be, and back; nothing: it is not valid.
std::string headerValue(std::string_view text);
std::optional<std::string> headerText(std::string_view value);

}  // namespace aip::mcp
