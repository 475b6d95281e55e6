#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aip::mcp {

using RequestId = std::uint64_t;

/// The server has said which tools it has.
struct Ready {
    std::set<std::string> tools;
};
/// The handshake has failed: the program cannot be used.
struct Unusable {
    std::string why;
};
/// A call is over: `text` is its result as JSON if the code is OK, else why it failed.
struct Finished {
    RequestId call = 0;
    base::Code code = base::Code::ok;
    std::string text;
};
/// A call that was cancelled: the server goes on without answering it.
struct GivenUp {
    RequestId call = 0;
};
struct Progress {
    RequestId call = 0;
    std::uint32_t permille = 0;
    std::string text;
};
/// A line that is not a message, or answers nothing that was asked.
struct Ignored {
    std::string why;
};
using Event = std::variant<Ready, Unusable, Finished, GivenUp, Progress, Ignored>;

/// A call for the server.
struct ToolCall {
    std::string_view tool;
    std::string_view arguments;  ///< a JSON object
    std::string_view callId;     ///< of the agent
    std::uint64_t remainingMs = 0;
    std::vector<std::pair<std::string_view, std::string_view>> more{};  ///< of _meta: keys and texts, none empty
};

/// The client's side of MCP's tools for one server, with the handshake of the revisions up to 2025-11-25. Pure: lines
/// of the server in; events, and lines for the server, out. A line for the server ends with LF. Nothing in a server's
/// line is trusted: depth, types, ids.
class ToolClient {
  public:
    /// The first line.
    std::string open();

    /// Handles a line of the server; appends what is to be sent back to `answer`.
    std::vector<Event> take(std::string_view line, std::string& answer);

    struct Sent {
        RequestId id = 0;
        std::string line;
    };
    Sent call(const ToolCall& call);
    /// Finished or GivenUp follows once the server has read this: it is asked for a sign of life, too, because it need
    /// not answer what is cancelled. A server that hangs gives neither.
    std::string cancel(RequestId call);

  private:
    enum class Asked { initialize, list, call, ping };
    struct Request {
        Asked what = Asked::initialize;
        RequestId cancelled = 0;  ///< of a ping: the call
        bool unwraps = false;     ///< of a call: the result is a member of its structured content
    };
    struct Reader;  // the part of it that sees simdjson

    RequestId ask(Request request);

    std::map<RequestId, Request> _open;
    RequestId _next = 1;
    std::size_t _pages = 0;
    std::set<std::string> _tools;
    std::set<std::string, std::less<>> _wrapping;  ///< tools whose results are wrapped
};

}  // namespace aip::mcp
