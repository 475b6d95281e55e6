#pragma once

#include "base/error.h"
#include "base/spliced_text.h"
#include "mcp/outgoing.h"
#include "mcp/revision.h"
#include "mcp/tool_pages.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aip::mcp {

/// The server has said which tools it has: at first, and after each list() that succeeds.
struct Ready {
    std::set<std::string> names;
    std::vector<std::string> tools;  ///< each as the server has written it: JSON
};
/// The opening has failed: the server cannot be used.
struct Unusable {
    std::string why;
};
/// A call is over: `text` is its result as JSON if the code is OK, else why it failed. A result with long strings is
/// `large` instead, whose slices are those of the message.
struct Finished {
    RequestId call = 0;
    base::Code code = base::Code::ok;
    std::string text;
    std::optional<base::SplicedText> large{};
};
struct Progress {
    RequestId call = 0;
    std::uint32_t permille = 0;
    std::string text;
};
/// The server's tools are no longer those that it has listed.
struct ListChanged {};
/// The server does not tell of changes any more.
struct Deaf {};
/// A message that means nothing here, or has no effect.
struct Ignored {
    std::string why;
    bool noise = false;  ///< it is not a message at all
    bool late = false;   ///< it answers a call that was cancelled
};
using Event = std::variant<Ready, Unusable, Finished, Progress, ListChanged, Deaf, Ignored>;

/// A call for the server.
struct ToolCall {
    std::string_view tool;
    std::string_view arguments;  ///< a JSON object
    std::string_view callId;     ///< of the agent
    std::uint64_t remainingMs = 0;
    std::vector<std::pair<std::string_view, std::string_view>> more{};  ///< of _meta: keys and texts, none empty
};

struct ClientSettings {
    Protocol protocol = Protocol::legacy;
    /// A cancelled call is over when it is answered. Otherwise it is over at once, and its answer is dropped when it
    /// comes.
    bool awaitsCancelled = true;
    std::size_t longestList = 4UL << 20U;  ///< bytes of all tools
};

/// The client's side of MCP's tools for one server, in all revisions. Pure: messages of the server in; events, and
/// messages for the server, out. Nothing in a server's message is trusted: depth, types, ids, sizes.
class ToolClient {
  public:
    explicit ToolClient(const ClientSettings& settings = {}) : _settings(settings), _list(settings.longestList) {}

    /// The first message.
    Outgoing open();

    /// Handles a message of the server; appends what is to be sent back to `answers`. The message outlives the events.
    std::vector<Event> take(std::string_view message, std::vector<Outgoing>& answers);
    /// A request will not be answered, because of `why`.
    std::vector<Event> lost(RequestId request, std::string_view why, std::vector<Outgoing>& answers);

    /// Asks for the tools again, and forgets a list that is not complete. After Ready only.
    Outgoing list();
    /// Whether a list has been asked for and is not complete.
    bool lists() const { return _listing != 0; }
    /// Asks to be told of changes again, after Deaf.
    Outgoing listen();

    Outgoing call(const ToolCall& call);
    /// Empty: it is over, or has been cancelled before.
    std::vector<Outgoing> cancel(RequestId call);

    /// A request that every server answers, if only with an error. What it answers means nothing.
    Outgoing probe();

    /// Whether the request is open.
    bool awaits(RequestId request) const { return _open.contains(request); }

    /// Agreed on; empty before that.
    std::string_view revision() const { return _revision; }
    bool isModern() const { return _revision == modernRevision; }

  private:
    enum class Asked { initialize, discover, list, listen, call, probe };
    struct Request {
        Asked what = Asked::initialize;
        bool unwraps = false;    ///< of a call: the result is a member of its structured content
        bool cancelled = false;  ///< of a call
    };
    struct Reader;  // the part of it that sees simdjson

    Outgoing ask(Request request, std::string_view method, std::string parameters = "{}");
    Outgoing notify(std::string_view method, std::string_view parameters) const;
    Outgoing discover();
    Outgoing nextPage(const std::string& cursor);
    void expectLate(RequestId call);
    void forgetLate(RequestId call);

    const ClientSettings _settings;
    std::map<RequestId, Request> _open;
    RequestId _next = 1;
    std::string_view _revision;
    bool _ready = false;
    bool _tellsChanges = false;
    RequestId _listing = 0;                        ///< the request of the list that is not complete; 0: none
    ToolPages _list;                               ///< that is not complete
    std::set<std::string, std::less<>> _wrapping;  ///< tools whose results are wrapped
    std::deque<RequestId> _late;                   ///< calls that were given up, the oldest first
};

}  // namespace aip::mcp
