#include "mcp/tool_client.h"

#include "base/json_parser.h"
#include "base/json_text.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace aip::mcp {
namespace {

using base::Code;
using base::jsonString;
using simdjson::dom::element;

constexpr std::size_t shown = 200;
constexpr std::size_t mostPages = 64;
constexpr std::size_t mostTools = 4096;
constexpr const char* newestVersion = "2025-11-25";
constexpr std::string_view knownVersions[] = {newestVersion, "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr std::int64_t methodNotFound = -32601;
constexpr std::int64_t invalidParameters = -32602;

std::string request(RequestId id, std::string_view method, std::string_view parameters) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + std::string(method) +
           R"(","params":)" + std::string(parameters) + "}\n";
}

std::string notification(std::string_view method, std::string_view parameters) {
    return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" + std::string(parameters) + "}\n";
}

/// JSON whose line breaks, which can only stand between its values, are spaces.
std::string oneLine(std::string_view json) {
    std::string line(json);
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return line;
}

// The readers below take anything: what is absent or of another type is none.

std::optional<element> at(element object, const char* name) {
    element found;
    return object[name].get(found) == simdjson::SUCCESS ? std::optional(found) : std::nullopt;
}

template <typename Value>
std::optional<Value> valueAt(element object, const char* name) {
    Value found{};
    return object[name].get(found) == simdjson::SUCCESS ? std::optional(found) : std::nullopt;
}

std::string textAt(element object, const char* name) {
    return std::string(valueAt<std::string_view>(object, name).value_or(""));
}

/// The texts of a result's content, one after the other.
std::string textsOf(element result) {
    std::string all;
    simdjson::dom::array content;
    if (result["content"].get(content) == simdjson::SUCCESS) {
        for (const element block : content) {
            all += (all.empty() ? "" : "\n") + textAt(block, "text");
        }
    }
    return all;
}

/// Of a result without structured content: one text is a string, nothing is null, anything else is told as it is.
std::string contentOf(element result) {
    simdjson::dom::array content;
    if (result["content"].get(content) != simdjson::SUCCESS || content.size() == 0) {
        return "null";
    }
    const element first = *content.begin();
    const auto text = valueAt<std::string_view>(first, "text");
    const bool single = content.size() == 1 && textAt(first, "type") == "text" && text;
    return single ? jsonString(*text) : simdjson::minify(content);
}

std::string valueOf(element result, bool unwraps) {
    const auto structured = at(result, "structuredContent");
    if (!structured || structured->is_null()) {
        return contentOf(result);
    }
    const auto wrapped = unwraps ? at(*structured, "result") : std::nullopt;
    return simdjson::minify(wrapped.value_or(*structured));
}

/// That of the SDK's own libraries; others tell none.
Code codeOf(element result) {
    const auto meta = at(result, "_meta");
    const auto code = meta ? valueAt<std::int64_t>(*meta, "aip/code") : std::nullopt;
    constexpr std::int64_t firstOfPlugins = 1000;
    const bool known = code && ((*code > 0 && *code <= static_cast<std::int64_t>(Code::internal)) ||
                                (*code >= firstOfPlugins && *code <= INT32_MAX));
    return known ? static_cast<Code>(*code) : Code::internal;
}

Finished failed(RequestId call, element error) {
    const auto number = valueAt<std::int64_t>(error, "code").value_or(0);
    const Code code = number == methodNotFound      ? Code::notFound
                      : number == invalidParameters ? Code::invalid
                                                    : Code::internal;
    std::string text = textAt(error, "message");
    return {call, code, text.empty() ? "the program answered with error " + std::to_string(number) : std::move(text)};
}

Finished finished(RequestId call, element result, bool unwraps) {
    if (valueAt<bool>(result, "isError").value_or(false)) {
        std::string text = textsOf(result);
        return {call, codeOf(result), text.empty() ? "the tool failed and said nothing" : std::move(text)};
    }
    return {call, Code::ok, valueOf(result, unwraps)};
}

std::uint32_t permilleOf(element parameters) {
    constexpr double whole = 1000;
    const double progress = valueAt<double>(parameters, "progress").value_or(0);
    const double total = valueAt<double>(parameters, "total").value_or(whole);
    const double share = total > 0 ? progress / total * whole : 0;
    return std::isfinite(share) ? static_cast<std::uint32_t>(std::clamp(share, 0.0, whole)) : 0;
}

/// An id may be a number or a string; it goes back as it came.
std::string refusalOf(element id, std::string_view method) {
    const std::string begin = R"({"jsonrpc":"2.0","id":)" + simdjson::minify(id);
    return method == "ping" ? begin + ",\"result\":{}}\n"
                            : begin + R"(,"error":{"code":-32601,"message":"Method not found"}})" + "\n";
}

}  // namespace

struct ToolClient::Reader {
    ToolClient& client;
    std::string& answer;
    std::vector<Event> events{};

    void ignore(std::string why) { events.emplace_back(Ignored{std::move(why)}); }

    void message(element root) {
        const auto method = valueAt<std::string_view>(root, "method");
        const auto id = at(root, "id");
        if (method && id) {
            answer += refusalOf(*id, *method);
        } else if (method) {
            notified(*method, root);
        } else if (id) {
            answered(root);
        } else {
            ignore("a message without method and id");
        }
    }

    void notified(std::string_view method, element root) {
        const auto parameters = at(root, "params");
        const auto call = parameters ? valueAt<std::uint64_t>(*parameters, "progressToken") : std::nullopt;
        const auto open = call ? client._open.find(*call) : client._open.end();
        if (method == "notifications/progress" && open != client._open.end() && open->second.what == Asked::call) {
            events.emplace_back(Progress{*call, permilleOf(*parameters), textAt(*parameters, "message")});
        }
    }

    void answered(element root) {
        const auto id = valueAt<std::uint64_t>(root, "id");
        const auto open = id ? client._open.find(*id) : client._open.end();
        if (open == client._open.end()) {
            ignore("an answer to nothing that was asked");
            return;
        }
        const Request request = open->second;
        client._open.erase(open);
        const auto result = at(root, "result");
        const auto error = at(root, "error");
        switch (request.what) {
            case Asked::initialize:
                return initialized(result, error);
            case Asked::list:
                return listed(result, error);
            case Asked::ping:
                return alive(request.cancelled);
            case Asked::call:
                events.emplace_back(result  ? finished(*id, *result, request.unwraps)
                                    : error ? failed(*id, *error)
                                            : Finished{*id, Code::internal, "the program's answer is empty"});
        }
    }

    void unusable(std::string_view what, const std::optional<element>& error) {
        const std::string why = error ? textAt(*error, "message") : std::string();
        events.emplace_back(Unusable{std::string(what) + (why.empty() ? "" : ": " + why)});
    }

    void initialized(const std::optional<element>& result, const std::optional<element>& error) {
        const std::string version = result ? textAt(*result, "protocolVersion") : std::string();
        if (std::ranges::find(knownVersions, version) == std::end(knownVersions)) {
            unusable(result ? "it speaks MCP of an unknown revision" : "it refuses to be initialized", error);
            return;
        }
        answer += notification("notifications/initialized", "{}");
        answer += request(client.ask({Asked::list}), "tools/list", "{}");
    }

    void listed(const std::optional<element>& result, const std::optional<element>& error) {
        simdjson::dom::array tools;
        if (!result || (*result)["tools"].get(tools) != simdjson::SUCCESS) {
            unusable("it does not list its tools", error);
            return;
        }
        for (const element tool : tools) {
            const std::string name = textAt(tool, "name");
            const auto schema = at(tool, "outputSchema");
            if (schema && valueAt<bool>(*schema, "x-fastmcp-wrap-result").value_or(false)) {
                client._wrapping.insert(name);
            }
            client._tools.insert(name);
        }
        const std::string next = textAt(*result, "nextCursor");
        if (++client._pages > mostPages || client._tools.size() > mostTools) {
            unusable("its list of tools does not end", {});
        } else if (next.empty()) {
            events.emplace_back(Ready{client._tools});
        } else {
            answer += request(client.ask({Asked::list}), "tools/list", R"({"cursor":)" + jsonString(next) + "}");
        }
    }

    void alive(RequestId cancelled) {
        if (client._open.erase(cancelled) > 0) {
            events.emplace_back(GivenUp{cancelled});
        }
    }
};

RequestId ToolClient::ask(Request request) {
    _open[_next] = request;
    return _next++;
}

std::string ToolClient::open() {
    return request(ask({Asked::initialize}), "initialize",
                   R"({"protocolVersion":")" + std::string(newestVersion) +
                       R"(","capabilities":{},"clientInfo":{"name":"aip-agent","version":"1"}})");
}

std::vector<Event> ToolClient::take(std::string_view line, std::string& answer) {
    Reader reader{*this, answer};
    const base::ThreadParser parser;
    const auto root = base::parseJson(*parser, line, base::Padding::none);
    if (!root || !root->is_object()) {
        reader.ignore("a line that is not a message: '" + base::readable(line, shown) + "'");
    } else {
        reader.message(*root);
    }
    return std::move(reader.events);
}

ToolClient::Sent ToolClient::call(const ToolCall& call) {
    const RequestId id = ask({Asked::call, 0, _wrapping.contains(call.tool)});
    std::string meta = R"({"progressToken":)" + std::to_string(id) + R"(,"aip/call_id":)" + jsonString(call.callId) +
                       R"(,"aip/deadline_ms":)" + std::to_string(call.remainingMs);
    for (const auto& [key, text] : call.more) {
        meta += "," + jsonString(key) + ":" + jsonString(text);
    }
    std::string parameters = R"({"name":)" + jsonString(call.tool) + R"(,"arguments":)";
    parameters += oneLine(call.arguments);
    parameters += R"(,"_meta":)" + meta + "}}";
    return {id, request(id, "tools/call", parameters)};
}

std::string ToolClient::cancel(RequestId call) {
    if (!_open.contains(call)) {
        return {};
    }
    return notification("notifications/cancelled", R"({"requestId":)" + std::to_string(call) + "}") +
           request(ask({Asked::ping, call}), "ping", "{}");
}

}  // namespace aip::mcp
