#include "mcp/rpc.h"

#include "base/json_members.h"
#include "base/json_parser.h"
#include "base/json_text.h"

#include <simdjson.h>

#include <algorithm>

namespace aip::mcp {
namespace {

using base::jsonString;

bool isObject(std::string_view json) {
    return json.starts_with('{');
}

void dropLineBreaks(std::string& text, std::size_t begin) {
    for (const char end : {'\r', '\n'}) {
        for (auto at = text.find(end, begin); at != std::string::npos; at = text.find(end, at)) {
            text[at] = ' ';
        }
    }
}

/// JSON without line breaks, which can only stand between its values: each message is a line.
void appendOneLine(std::string& out, std::string_view json) {
    const std::size_t begin = out.size();
    out += json;
    dropLineBreaks(out, begin);
}

}  // namespace

bool isId(std::string_view json) {
    return json.starts_with('"') || json.starts_with('-') ||
           (!json.empty() && json.front() >= '0' && json.front() <= '9');
}

bool isBatch(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '[';
}

base::Result<RpcMessage, RpcFault> readMessage(std::string_view text) {
    const auto members = base::jsonMembers(text, base::jsonDepthLimit);
    if (!members) {
        return RpcFault{RpcCode::parseError, members.error().text()};
    }
    RpcMessage message{{}, {}, "{}"};
    std::string_view version;
    std::string_view method;
    for (const auto& [name, value] : *members) {
        version = name == "jsonrpc" ? value : version;
        method = name == "method" ? value : method;
        message.id = name == "id" ? value : message.id;
        message.params = name == "params" ? value : message.params;
    }
    if (!message.id.empty() && !isId(message.id)) {
        return RpcFault{RpcCode::invalidRequest, "an id is a string or a number"};
    }
    const std::string id = message.id.empty() ? "null" : std::string(message.id);
    if (version != R"("2.0")") {
        return RpcFault{RpcCode::invalidRequest, "'jsonrpc' is not \"2.0\"", id};
    }
    message.method = stringOf(method);
    if (!method.empty() && message.method.empty()) {
        return RpcFault{RpcCode::invalidRequest, "'method' is not a name", id};
    }
    if (!isObject(message.params)) {
        return RpcFault{RpcCode::invalidParams, "'params' is not an object", id};
    }
    return message;
}

Params::Params(std::string_view object) {
    auto members = base::jsonMembers(object, base::jsonDepthLimit);
    if (!members) {
        return;
    }
    for (auto& [name, value] : *members) {
        _members.push_back({std::move(name), value});
    }
}

/// Of a member that stands twice the last counts.
std::string_view Params::raw(std::string_view name) const {
    const auto found = std::find_if(_members.rbegin(), _members.rend(), [&](const auto& m) { return m.name == name; });
    return found == _members.rend() ? std::string_view() : found->value;
}

std::string Params::text(std::string_view name) const {
    return stringOf(raw(name));
}

Params Params::object(std::string_view name) const {
    const auto value = raw(name);
    return isObject(value) ? Params(value) : Params();
}

std::string stringOf(std::string_view json) {
    if (!json.starts_with('"')) {
        return {};
    }
    const base::ThreadParser parser;
    const auto root = base::parseJson(*parser, json, base::Padding::none);
    std::string_view text;
    return root && root->get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::string oneLine(std::string json) {
    dropLineBreaks(json, 0);
    return json;
}

std::string rpcResult(std::string_view id, std::string_view result) {
    std::string text = R"({"jsonrpc":"2.0","id":)";
    text.reserve(text.size() + id.size() + result.size() + sizeof R"(,"result":})");
    text.append(id).append(R"(,"result":)");
    appendOneLine(text, result);
    return text += '}';
}

std::string rpcError(std::string_view id, RpcCode code, std::string_view text, std::string_view data) {
    std::string answer = R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":{"code":)" +
                         std::to_string(static_cast<std::int32_t>(code)) + R"(,"message":)" + jsonString(text);
    if (!data.empty()) {
        answer += R"(,"data":)";
        appendOneLine(answer, data);
    }
    return answer + "}}";
}

std::string rpcNotification(std::string_view method, std::string_view params) {
    std::string text = R"({"jsonrpc":"2.0","method":)" + jsonString(method) + R"(,"params":)";
    appendOneLine(text, params);
    return text += '}';
}

}  // namespace aip::mcp
