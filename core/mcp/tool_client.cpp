#include "mcp/tool_client.h"

#include "base/json_text.h"
#include "base/long_strings.h"
#include "mcp/call_result.h"
#include "mcp/json_reading.h"
#include "mcp/rpc.h"
#include "mcp/server_messages.h"
#include "mcp/unreadable.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace aip::mcp {
namespace {

using namespace reading;
using base::jsonString;

constexpr std::size_t shown = 200;
constexpr std::size_t mostInBatch = 1000;
constexpr std::size_t mostLate = 256;

constexpr const char* clientInfo = R"({"name":"aip-agent","version":"1"})";

std::string shortened(std::string_view text) {
    return base::readable(text, shown);
}

/// With `members` before its own.
std::string withMembers(const std::string& object, const std::string& members) {
    const std::string_view rest = std::string_view(object).substr(1);
    return "{" + members + (rest == "}" ? "" : ",") + std::string(rest);
}

/// What each request of the modern revision carries.
std::string modernMembers() {
    return R"("io.modelcontextprotocol/protocolVersion":")" + std::string(modernRevision) +
           R"(","io.modelcontextprotocol/clientInfo":)" + clientInfo +
           R"(,"io.modelcontextprotocol/clientCapabilities":{})";
}

}  // namespace

struct ToolClient::Reader {
    ToolClient& client;
    std::vector<Outgoing>& answers;
    std::vector<Event> events{};

    using Part = std::optional<element>;

    void ignore(std::string why, bool noise = false) { events.emplace_back(Ignored{std::move(why), noise}); }

    /// Why it is not JSON, if so.
    std::optional<std::string> read(std::string_view message) {
        if (readLargeResult(message)) {
            return std::nullopt;
        }
        const base::ThreadParser parser;
        const auto whole = base::parseJson(*parser, message, base::Padding::none);
        if (!whole) {
            return whole.error().text();
        }
        root(*whole, message);
        return std::nullopt;
    }

    /// False, and nothing has happened, if it is something else. A failure is, too: its words may be a long string.
    bool readLargeResult(std::string_view message) {
        const auto strings = base::LongStrings::takenOutOf(message);
        if (!strings) {
            return false;
        }
        const base::ThreadParser parser;
        const auto whole = base::parseJson(*parser, strings->rest(), base::Padding::none);
        const auto open = whole ? openRequest(*whole) : client._open.end();
        const auto result = whole ? at(*whole, "result") : std::nullopt;
        if (open == client._open.end() || open->second.what != Asked::call || at(*whole, "method") || !result) {
            return false;
        }
        const CallEnd end = endOf(*result, open->second.unwraps);
        if (end.code != base::Code::ok) {
            return false;
        }
        events.emplace_back(Finished{open->first, end.code, {}, strings->putBack(end.text)});
        client._open.erase(open);
        return true;
    }

    /// That the message answers; end(): none.
    std::map<RequestId, Request>::iterator openRequest(element message) const {
        const auto id = valueAt<std::uint64_t>(message, "id");
        return id ? client._open.find(*id) : client._open.end();
    }

    void root(element whole, std::string_view text) {
        simdjson::dom::array batch;
        const bool mayBeBatch = client._revision == batchRevision && whole.get(batch) == simdjson::SUCCESS;
        if (mayBeBatch && batch.size() > 0 && batch.size() <= mostInBatch) {
            for (const element each : batch) {
                single(each, text);
            }
        } else {
            single(whole, text);
        }
    }

    void single(element message, std::string_view text) {
        const auto method = valueAt<std::string_view>(message, "method");
        const auto id = at(message, "id");
        if (method && id) {
            answers.push_back(answerTo(*id, *method));
        } else if (method) {
            notified(*method, message);
        } else if (id) {
            answered(message);
        } else {
            ignore("a line that is not a message: '" + shortened(text) + "'", true);
        }
    }

    void notified(std::string_view method, element message) {
        const auto parameters = at(message, "params");
        if (method == "notifications/progress" && parameters) {
            progress(*parameters);
        } else if (method == "notifications/tools/list_changed" && client._ready) {
            events.emplace_back(ListChanged{});
        }
    }

    void progress(element parameters) {
        const auto call = valueAt<std::uint64_t>(parameters, "progressToken");
        const auto open = call ? client._open.find(*call) : client._open.end();
        if (open != client._open.end() && open->second.what == Asked::call) {
            events.emplace_back(Progress{*call, permilleOf(parameters), textAt(parameters, "message")});
        }
    }

    void answered(element message) {
        const auto open = openRequest(message);
        if (open == client._open.end()) {
            return unasked(valueAt<std::uint64_t>(message, "id"));
        }
        const auto [id, request] = *open;
        client._open.erase(open);
        concluded(id, request, at(message, "result"), at(message, "error"));
    }

    void unasked(const std::optional<std::uint64_t>& id) {
        const bool late = id && std::ranges::find(client._late, *id) != client._late.end();
        if (late) {
            client.forgetLate(*id);
        }
        events.emplace_back(late ? Ignored{"an answer to a call that was given up: it is dropped", false, true}
                                 : Ignored{"an answer to nothing that was asked"});
    }

    void concluded(RequestId id, const Request& request, const Part& result, const Part& error) {
        switch (request.what) {
            case Asked::initialize:
                return initialized(result, error);
            case Asked::discover:
                return discovered(result, error);
            case Asked::list:
                return listed(id, result, error);
            case Asked::listen:
                return events.push_back(Deaf{});
            case Asked::probe:
                return;
            case Asked::call:
                return ended(id, result  ? endOf(*result, request.unwraps)
                                 : error ? failureOf(*error)
                                         : CallEnd{base::Code::internal, "the program's answer is empty"});
        }
    }

    void ended(RequestId id, CallEnd end) { events.emplace_back(Finished{id, end.code, std::move(end.text)}); }

    void unusable(std::string_view what, const Part& error) {
        const std::string why = error ? textAt(*error, "message") : std::string();
        events.emplace_back(Unusable{std::string(what) + (why.empty() ? "" : ": " + why)});
    }

    void initialized(const Part& result, const Part& error) {
        if (!result && client._settings.protocol == Protocol::automatic) {
            answers.push_back(client.discover());
            return;
        }
        const std::string version = result ? textAt(*result, "protocolVersion") : std::string();
        const auto* known = std::ranges::find(legacyRevisions, version);
        if (known == legacyRevisions.end()) {
            return unusable(result ? "it speaks MCP of an unknown revision" : "it refuses to be initialized", error);
        }
        client._revision = *known;
        answers.push_back(client.notify("notifications/initialized", "{}"));
        answers.push_back(client.list());
    }

    void discovered(const Part& result, const Part& error) {
        if (!result || !supportsModern(*result)) {
            return unusable(result ? "it speaks MCP of an unknown revision" : "it does not tell what it can do", error);
        }
        client._revision = modernRevision;
        client._tellsChanges = tellsOfChanges(*result);
        answers.push_back(client.list());
    }

    void listed(RequestId id, const Part& result, const Part& error) {
        if (id != client._listing) {
            return;  // of an earlier list
        }
        simdjson::dom::array tools;
        if (!result || (*result)["tools"].get(tools) != simdjson::SUCCESS) {
            return notListed("it does not list its tools", error);
        }
        for (const element tool : tools) {
            client._list.add(textAt(tool, "name"), simdjson::minify(tool), wraps(tool));
        }
        const std::string next = textAt(*result, "nextCursor");
        const auto isLast = client._list.endPage(next);
        if (!isLast) {
            notListed(isLast.error().text(), {});
        } else if (*isLast) {
            complete();
        } else {
            answers.push_back(client.nextPage(next));
        }
    }

    void complete() {
        client._listing = 0;
        auto list = client._list.take();
        client._wrapping = std::move(list.wrapping);
        const bool first = !std::exchange(client._ready, true);
        if (first && client._tellsChanges) {
            answers.push_back(client.listen());
        }
        events.emplace_back(Ready{std::move(list.names), std::move(list.tools)});
    }

    /// The list before stays.
    void notListed(const std::string& what, const Part& error) {
        client._listing = 0;
        client._list.clear();
        if (!client._ready) {
            return unusable(what, error);
        }
        const std::string why = error ? ": " + shortened(textAt(*error, "message")) : "";
        ignore("a list of tools that cannot be used, the one before stays: " + what + why);
    }
};

Outgoing ToolClient::ask(Request request, std::string_view method, std::string parameters) {
    const bool modern = isModern() || request.what == Asked::discover;
    if (modern && request.what != Asked::call) {
        parameters = withMembers(parameters, R"("_meta":{)" + modernMembers() + "}");
    }
    const RequestId id = _next++;
    _open[id] = request;
    return {R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + std::string(method) +
                R"(","params":)" + parameters + "}",
            id, method};
}

Outgoing ToolClient::notify(std::string_view method, std::string_view parameters) const {
    return {R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" + std::string(parameters) + "}",
            0, method};
}

Outgoing ToolClient::open() {
    if (_settings.protocol == Protocol::modern) {
        return discover();
    }
    return ask({Asked::initialize}, "initialize",
               R"({"protocolVersion":")" + std::string(legacyRevisions.front()) +
                   R"(","capabilities":{},"clientInfo":)" + clientInfo + "}");
}

Outgoing ToolClient::discover() {
    return ask({Asked::discover}, "server/discover");
}

Outgoing ToolClient::listen() {
    return ask({Asked::listen}, "subscriptions/listen", R"({"notifications":{"toolsListChanged":true}})");
}

/// 2026-07-28 has no ping.
Outgoing ToolClient::probe() {
    return ask({Asked::probe}, isModern() ? "server/discover" : "ping");
}

Outgoing ToolClient::list() {
    _list.clear();
    return nextPage({});
}

Outgoing ToolClient::nextPage(const std::string& cursor) {
    Outgoing asked =
        ask({Asked::list}, "tools/list", cursor.empty() ? "{}" : R"({"cursor":)" + jsonString(cursor) + "}");
    _listing = asked.id;
    return asked;
}

std::vector<Event> ToolClient::take(std::string_view message, std::vector<Outgoing>& answers) {
    Reader reader{*this, answers};
    auto why = reader.read(message);
    if (why && _listing != 0 && answeredBy(message) == _listing) {
        why = reader.read(withoutUnreadableTools(message));
    }
    if (why) {
        reader.events = lost(answeredBy(message), "the server's answer cannot be read: " + *why, answers);
        reader.ignore("a line that is not a message: '" + shortened(message) + "'", true);
    }
    return std::move(reader.events);
}

std::vector<Event> ToolClient::lost(RequestId request, std::string_view why, std::vector<Outgoing>& answers) {
    const std::string error = R"({"id":)" + std::to_string(request) + R"(,"error":{"code":0,"message":)" +
                              jsonString(base::repairUtf8(why)) + "}}";
    return _open.contains(request) ? take(error, answers) : std::vector<Event>();
}

Outgoing ToolClient::call(const ToolCall& call) {
    const RequestId id = _next;
    std::string meta = R"("progressToken":)" + std::to_string(id) + R"(,"aip/call_id":)" + jsonString(call.callId) +
                       R"(,"aip/deadline_ms":)" + std::to_string(call.remainingMs);
    for (const auto& [key, text] : call.more) {
        meta += "," + jsonString(key) + ":" + jsonString(text);
    }
    if (isModern()) {
        meta += "," + modernMembers();
    }
    std::string parameters = R"({"name":)" + jsonString(call.tool) + R"(,"arguments":)";
    parameters += oneLine(std::string(call.arguments));
    parameters += R"(,"_meta":{)" + meta + "}}";
    Outgoing asked = ask({Asked::call, _wrapping.contains(call.tool)}, "tools/call", std::move(parameters));
    asked.tool = call.tool;
    return asked;
}

std::vector<Outgoing> ToolClient::cancel(RequestId call) {
    const auto open = _open.find(call);
    if (open == _open.end() || std::exchange(open->second.cancelled, true)) {
        return {};
    }
    if (!_settings.awaitsCancelled) {
        _open.erase(open);
        expectLate(call);
    }
    return {notify("notifications/cancelled", R"({"requestId":)" + std::to_string(call) + "}")};
}

/// A call that was given up may be answered all the same.
void ToolClient::expectLate(RequestId call) {
    _late.push_back(call);
    if (_late.size() > mostLate) {
        _late.pop_front();
    }
}

void ToolClient::forgetLate(RequestId call) {
    std::erase(_late, call);
}

}  // namespace aip::mcp
