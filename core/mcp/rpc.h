#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// JSON-RPC 2.0 as MCP uses it: messages are slices of what was received, answers are spliced. Pure.
namespace aip::mcp {

/// Codes of JSON-RPC, and those that MCP adds.
enum class RpcCode : std::int32_t {
    parseError = -32700,
    invalidRequest = -32600,
    methodNotFound = -32601,
    invalidParams = -32602,
    internalError = -32603,
    busy = -32000,                ///< of our own: too many requests at once
    headerMismatch = -32020,      ///< HTTP: a header says something else than the body
    unsupportedVersion = -32022,  ///< its data lists the versions that are
};

/// One message. The slices live as long as the text.
struct RpcMessage {
    std::string method;       ///< empty: an answer
    std::string_view id;      ///< a string or a number as JSON; empty: a notification
    std::string_view params;  ///< an object as JSON, "{}" if there are none
};

/// A text that is one message or, if it is an array, several. PARSE_ERROR or INVALID_REQUEST stand in the error's
/// text for the caller to answer with; `id` of the error is null then.
struct RpcFault {
    RpcCode code;
    std::string text;
    std::string id = "null";  ///< as JSON: of the request, if that could be read
};

/// Whether a value can be an id: it is a string or a number.
bool isId(std::string_view json);
bool isBatch(std::string_view text);
/// Reads one message that is not an array.
base::Result<RpcMessage, RpcFault> readMessage(std::string_view text);

/// The members of `params` by name, as slices; empty if there is none.
class Params {
  public:
    /// `object`: an object as JSON, valid.
    explicit Params(std::string_view object);

    std::string_view raw(std::string_view name) const;
    /// The text of a member that is a string; empty if it is none.
    std::string text(std::string_view name) const;
    bool isTrue(std::string_view name) const { return raw(name) == "true"; }
    /// A member that is an object; without members if it is none.
    Params object(std::string_view name) const;
    bool empty() const { return _members.empty(); }

  private:
    Params() = default;

    struct Member {
        std::string name;
        std::string_view value;
    };
    std::vector<Member> _members;
};

/// The text of a JSON string; empty if it is none.
std::string stringOf(std::string_view json);

/// JSON whose line breaks, which can only stand between its values, are spaces.
std::string oneLine(std::string json);

// Each is one line without its end.

std::string rpcResult(std::string_view id, std::string_view result);
/// `data`: JSON, or empty.
std::string rpcError(std::string_view id, RpcCode code, std::string_view text, std::string_view data = {});
std::string rpcNotification(std::string_view method, std::string_view params);

}  // namespace aip::mcp
