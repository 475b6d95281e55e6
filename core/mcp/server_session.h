#pragma once

#include "base/error.h"
#include "mcp/rpc.h"
#include "mcp/tool_list.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aip::mcp {

/// What the client is told of this server.
struct ServerInfo {
    std::string name;
    std::string version;
    std::string instructions;  ///< may be empty
};

/// A message for the client. One that belongs to a request, as its answer or its progress, is sent where that came
/// from; over lines there is one place only.
struct ToClient {
    std::string request;                  ///< its id as JSON; empty: of none
    std::string text;                     ///< without a line end
    bool last = false;                    ///< the request has its answer
    std::optional<RpcCode> error{};       ///< which is this error
    std::shared_ptr<const void> share{};  ///< of a budget of bytes, as long as the message waits
};

/// In the place of an answer for which there is no room.
ToClient busyAnswer(const std::string& request, std::string_view why);

/// The client calls a tool. The tool is in the list.
struct CallAsked {
    std::string request;  ///< the id as JSON
    std::string tool;
    std::string_view arguments;  ///< an object as JSON, a slice of the message
};
/// The client does not want the answer any more; there will be none.
struct CallCancelled {
    std::string request;
};
/// A call of which the client has been told that it is not carried out.
struct CallRefused {
    CallAsked call;  ///< the tool may be one that is not in the list, the arguments not an object
    base::Error why;
};
using ClientEvent = std::variant<CallAsked, CallCancelled, CallRefused>;

/// The server's side of MCP's tools for one client: the revisions with a handshake, 2024-11-05 to 2025-11-25, and
/// those with metadata in each request, 2026-07-28, beside each other. Pure; one thread at a time. Nothing that the
/// client says is trusted: everything wrong is answered with an error, and everything that is kept has a limit.
class ServerSession {
  public:
    static constexpr std::size_t mostCalls = 256;         ///< unanswered
    static constexpr std::size_t mostSubscriptions = 64;  ///< of subscriptions/listen
    static constexpr std::size_t longestId = 1024;        ///< bytes as JSON

    explicit ServerSession(ServerInfo info) : _info(std::move(info)) {}

    /// What one message asks for; answers are appended to `out`. `tools`: those of this moment.
    std::vector<ClientEvent> take(std::string_view message, const ToolList& tools, std::vector<ToClient>& out);

    /// Whether the last take() has listed the tools from the first on: the client knows those.
    bool listed() const { return _listed; }

    /// Of a call that is not cancelled; nothing if the client wants no progress. `permille` grows.
    std::optional<ToClient> progress(std::string_view request, std::uint32_t permille, std::string_view text) const;

    /// The answer to a call; nothing if it is cancelled. It is made in one piece, without a copy.
    std::optional<ToClient> succeeded(std::string_view request, std::string_view result);
    std::optional<ToClient> failed(std::string_view request, base::Code code, std::string_view text);

    /// The bytes that succeeded() may say, at most.
    std::size_t largestAnswer(std::string_view request, std::string_view result) const;

    /// To be called when the list of tools is another one.
    std::vector<ToClient> toolsChanged() const;

    bool answered() const { return _calls.empty(); }

  private:
    struct Call {
        bool modern = false;
        Structure structure = Structure::none;
        std::string progressToken;  ///< as JSON; empty: none
    };
    using Calls = std::map<std::string, Call, std::less<>>;
    class Reader;

    ToClient finished(Calls::const_iterator call, std::string answer, const std::string& meta = {});
    base::Result<std::vector<std::string_view>, RpcFault> batch(std::string_view message) const;
    /// A result as its revision wants it. `members` have no braces.
    std::string resultOf(bool modern, std::string_view members) const;
    /// What stands after the members. `meta`: of "_meta", without braces.
    std::string resultEnd(bool modern, std::string meta = {}) const;
    std::string serverInfo() const;

    const ServerInfo _info;
    std::string _version;  ///< agreed by the handshake; empty: there was none
    bool _listed = false;
    Calls _calls;
    std::map<std::string, bool, std::less<>> _subscriptions;  ///< whether it is told of other tools
};

}  // namespace aip::mcp
