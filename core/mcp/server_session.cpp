#include "mcp/server_session.h"

#include "base/json_check.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "mcp/revision.h"

#include <algorithm>
#include <utility>

namespace aip::mcp {
namespace {

using base::Code;
using base::jsonString;

constexpr std::string_view versionKey = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view capabilitiesKey = "io.modelcontextprotocol/clientCapabilities";

constexpr std::size_t mostBatched = 100;
constexpr std::size_t pageBytes = 1U << 20U;
constexpr std::size_t besideMembers = 512;  ///< of an answer, without the id and what names the server

/// As a JSON array, the newest first.
std::string supportedRevisions() {
    std::string all = "[" + jsonString(modernRevision);
    for (const auto revision : legacyRevisions) {
        all += "," + jsonString(revision);
    }
    return all + "]";
}

std::string subscriptionMeta(std::string_view id) {
    return R"("_meta":{"io.modelcontextprotocol/subscriptionId":)" + std::string(id) + "}";
}

/// Up to the members of the result.
std::string answerBegin(std::string_view id) {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":{)";
}

std::string toolText(const ToolList::Entry& tool, bool modern) {
    const bool shown = !tool.outputSchema.empty() && (modern || tool.structuresObjects);
    return "{" + tool.listing + (shown ? R"(,"outputSchema":)" + tool.outputSchema : "") + "}";
}

}  // namespace

ToClient busyAnswer(const std::string& request, std::string_view why) {
    return {request, rpcError(request, RpcCode::busy, why), true, RpcCode::busy};
}

/// Handles one message.
class ServerSession::Reader {
  public:
    Reader(ServerSession& session, const ToolList& tools, std::vector<ToClient>& out)
        : _session(session), _tools(tools), _out(out) {}

    void read(std::string_view text) {
        const auto message = readMessage(text);
        if (!message) {
            const RpcFault& fault = message.error();
            const std::string id = fault.id.size() > longestId ? "null" : fault.id;
            _out.push_back({id == "null" ? "" : id, rpcError(id, fault.code, fault.text), true, fault.code});
        } else if (message->method.empty()) {
            return;  // an answer, but nothing is ever asked
        } else if (message->id.empty()) {
            notified(*message);
        } else if (message->id.size() > longestId) {
            _out.push_back(
                {"", rpcError("null", RpcCode::invalidRequest, "the id is too long"), true, RpcCode::invalidRequest});
        } else {
            requested(*message);
        }
    }

    std::vector<ClientEvent> asked;

  private:
    void requested(const RpcMessage& message) {
        _id = message.id;
        const Params params(message.params);
        const Params meta = params.object("_meta");
        if (_session._calls.contains(_id) || _session._subscriptions.contains(_id)) {
            refuse(RpcCode::invalidRequest, "a request with this id has no answer yet");
        } else if (!meta.raw(versionKey).empty()) {
            modern(message.method, params, meta);
        } else {
            legacy(message.method, params, meta);
        }
    }

    // The revisions with a handshake

    void legacy(const std::string& method, const Params& params, const Params& meta) {
        if (method == "initialize") {
            initialize(params);
        } else if (method == "ping") {
            reply("{}");
        } else if (_session._version.empty()) {
            refuse(RpcCode::invalidRequest,
                   "neither 'initialize' was asked before nor does the request state its revision in '_meta'");
        } else if (method == "tools/list") {
            list(params, false);
        } else if (method == "tools/call") {
            call(params, meta, false);
        } else {
            refuse(RpcCode::methodNotFound, "Method not found");
        }
    }

    void initialize(const Params& params) {
        const std::string wanted = params.text("protocolVersion");
        if (!_session._version.empty() || wanted.empty()) {
            refuse(wanted.empty() ? RpcCode::invalidParams : RpcCode::invalidRequest,
                   wanted.empty() ? "'protocolVersion' is missing" : "this session is initialized already");
            return;
        }
        const bool known = std::find(legacyRevisions.begin(), legacyRevisions.end(), wanted) != legacyRevisions.end();
        _session._version = known ? wanted : legacyRevisions.front();
        reply(R"({"protocolVersion":")" + _session._version + R"(","capabilities":{"tools":{"listChanged":true}},)" +
              R"("serverInfo":)" + _session.serverInfo() + instructions() + "}");
    }

    // The revision with metadata in each request

    void modern(const std::string& method, const Params& params, const Params& meta) {
        const std::string version = meta.text(versionKey);
        if (version != modernRevision) {
            refuse(RpcCode::unsupportedVersion, "Unsupported protocol version",
                   R"({"supported":)" + supportedRevisions() + R"(,"requested":)" + jsonString(version) + "}");
        } else if (!meta.raw(capabilitiesKey).starts_with('{')) {
            refuse(RpcCode::invalidParams, "'_meta' has no '" + std::string(capabilitiesKey) + "'");
        } else if (method == "server/discover") {
            discover();
        } else if (method == "tools/list") {
            list(params, true);
        } else if (method == "tools/call") {
            call(params, meta, true);
        } else if (method == "subscriptions/listen") {
            listen(params);
        } else {
            refuse(RpcCode::methodNotFound, "Method not found");
        }
    }

    void discover() {
        reply(_session.resultOf(true, R"("supportedVersions":)" + supportedRevisions() +
                                          R"(,"capabilities":{"tools":{"listChanged":true}})" + instructions() +
                                          R"(,"ttlMs":0,"cacheScope":"private")"));
    }

    void listen(const Params& params) {
        if (_session._subscriptions.size() >= mostSubscriptions) {
            refuse(RpcCode::busy, "too many subscriptions");
            return;
        }
        const bool tools = params.object("notifications").isTrue("toolsListChanged");
        _out.push_back({_id,
                        rpcNotification("notifications/subscriptions/acknowledged",
                                        "{" + subscriptionMeta(_id) + R"(,"notifications":{)" +
                                            (tools ? R"("toolsListChanged":true)" : "") + "}}"),
                        false});
        _session._subscriptions[_id] = tools;
    }

    // What both have

    void list(const Params& params, bool modern) {
        std::size_t at = 0;
        if (const auto cursor = params.text("cursor"); !cursor.empty()) {
            const auto* last = _tools.find(cursor);
            if (last == nullptr) {
                refuse(RpcCode::invalidParams, "this cursor is not known: the list has changed; begin again");
                return;
            }
            at = static_cast<std::size_t>(last - _tools.all().data()) + 1;
        }
        std::string text = R"("tools":[)";
        for (bool first = true; at < _tools.all().size() && text.size() < pageBytes; ++at, first = false) {
            text += (first ? "" : ",") + toolText(_tools.all()[at], modern);
        }
        text += "]";
        if (at < _tools.all().size()) {
            text += R"(,"nextCursor":)" + jsonString(_tools.all()[at - 1].name);
        }
        _session._listed = _session._listed || params.text("cursor").empty();
        reply(_session.resultOf(modern, text + (modern ? R"(,"ttlMs":0,"cacheScope":"private")" : "")));
    }

    void call(const Params& params, const Params& meta, bool modern) {
        const std::string name = params.text("name");
        const auto* tool = _tools.find(name);
        const auto given = params.raw("arguments");
        CallAsked asks{_id, name, given.empty() ? "{}" : given};
        if (tool == nullptr) {
            refuse(asks, RpcCode::invalidParams, {Code::notFound, "Unknown tool: " + name.substr(0, longestId)});
        } else if (!given.empty() && !given.starts_with('{')) {
            refuse(asks, RpcCode::invalidParams, {Code::invalid, "'arguments' is not an object"});
        } else if (_session._calls.size() >= mostCalls) {
            refuse(asks, RpcCode::busy, {Code::exhausted, "more than " + std::to_string(mostCalls) + " calls at once"});
        } else {
            const bool structures = modern || tool->structuresObjects;
            const auto token = meta.raw("progressToken");
            const bool usable = isId(token) && token.size() <= longestId;
            _session._calls[_id] = {modern, structures ? tool->structure : Structure::none,
                                    usable ? std::string(token) : std::string()};
            asked.emplace_back(std::move(asks));
        }
    }

    void notified(const RpcMessage& message) {
        if (message.method != "notifications/cancelled") {
            return;
        }
        const std::string id(Params(message.params).raw("requestId"));
        if (_session._calls.erase(id) > 0) {
            asked.emplace_back(CallCancelled{id});
        }
        _session._subscriptions.erase(id);
    }

    std::string instructions() const {
        const auto& text = _session._info.instructions;
        return text.empty() ? "" : R"(,"instructions":)" + jsonString(text);
    }

    void reply(std::string_view result) { _out.push_back({_id, rpcResult(_id, result), true}); }
    void refuse(const CallAsked& call, RpcCode code, const base::Error& why) {
        refuse(code, why.text());
        asked.emplace_back(CallRefused{call, why});
    }
    void refuse(RpcCode code, std::string_view text, std::string_view data = {}) {
        _out.push_back({_id, rpcError(_id, code, text, data), true, code});
    }

    ServerSession& _session;
    const ToolList& _tools;
    std::vector<ToClient>& _out;
    std::string _id;
};

std::vector<ClientEvent> ServerSession::take(std::string_view message, const ToolList& tools,
                                             std::vector<ToClient>& out) {
    _listed = false;
    Reader reader(*this, tools, out);
    if (!isBatch(message)) {
        reader.read(message);
        return std::move(reader.asked);
    }
    const auto entries = batch(message);
    if (!entries) {
        const auto& fault = entries.error();
        out.push_back({"", rpcError("null", fault.code, fault.text), true, fault.code});
        return {};
    }
    for (const auto entry : *entries) {
        reader.read(entry);
    }
    return std::move(reader.asked);
}

/// The answers to a batch are sent one by one, as its calls end.
base::Result<std::vector<std::string_view>, RpcFault> ServerSession::batch(std::string_view message) const {
    if (_version != batchRevision) {
        return RpcFault{RpcCode::invalidRequest, "a message is an object; only revision 2025-03-26 has batches"};
    }
    if (auto valid = base::checkJson(message); !valid) {
        return RpcFault{RpcCode::parseError, valid.error().text()};
    }
    auto entries = base::jsonEntries(message);
    if (entries.empty() || entries.size() > mostBatched) {
        return RpcFault{RpcCode::invalidRequest, "a batch has 1 to " + std::to_string(mostBatched) + " messages"};
    }
    return entries;
}

std::optional<ToClient> ServerSession::progress(std::string_view request, std::uint32_t permille,
                                                std::string_view text) const {
    const auto call = _calls.find(request);
    if (call == _calls.end() || call->second.progressToken.empty()) {
        return std::nullopt;
    }
    std::string params = R"({"progressToken":)" + call->second.progressToken + R"(,"progress":)" +
                         std::to_string(permille) + R"(,"total":1000)";
    params += text.empty() ? "}" : R"(,"message":)" + jsonString(text) + "}";
    return ToClient{call->first, rpcNotification("notifications/progress", params), false};
}

std::optional<ToClient> ServerSession::succeeded(std::string_view request, std::string_view result) {
    const auto call = _calls.find(request);
    if (call == _calls.end()) {
        return std::nullopt;
    }
    std::string answer;
    answer.reserve(largestAnswer(request, result));
    answer += answerBegin(request);
    appendSuccess(answer, result, call->second.structure);
    return finished(call, std::move(answer));
}

std::optional<ToClient> ServerSession::failed(std::string_view request, base::Code code, std::string_view text) {
    const auto call = _calls.find(request);
    if (call == _calls.end()) {
        return std::nullopt;
    }
    std::string answer = answerBegin(request);
    appendFailure(answer, text);
    return finished(call, std::move(answer), failureMeta(code));
}

std::size_t ServerSession::largestAnswer(std::string_view request, std::string_view result) const {
    const auto call = _calls.find(request);
    return call == _calls.end()
               ? 0
               : besideMembers + request.size() + serverInfo().size() + largestSuccess(result, call->second.structure);
}

ToClient ServerSession::finished(Calls::const_iterator call, std::string answer, const std::string& meta) {
    answer.append(resultEnd(call->second.modern, meta)) += '}';
    ToClient message{call->first, oneLine(std::move(answer)), true};
    _calls.erase(call);
    return message;
}

std::vector<ToClient> ServerSession::toolsChanged() const {
    std::vector<ToClient> out;
    constexpr std::string_view method = "notifications/tools/list_changed";
    if (!_version.empty()) {
        out.push_back({"", rpcNotification(method, "{}"), false});
    }
    for (const auto& [id, wanted] : _subscriptions) {
        if (wanted) {
            out.push_back({id, rpcNotification(method, "{" + subscriptionMeta(id) + "}"), false});
        }
    }
    return out;
}

std::string ServerSession::resultOf(bool modern, std::string_view members) const {
    return "{" + std::string(members) + resultEnd(modern);
}

std::string ServerSession::resultEnd(bool modern, std::string meta) const {
    std::string end;
    if (modern) {
        end = R"(,"resultType":"complete")";
        meta += (meta.empty() ? "" : ",") + (R"("io.modelcontextprotocol/serverInfo":)" + serverInfo());
    }
    end += meta.empty() ? "" : R"(,"_meta":{)" + meta + "}";
    return end + "}";
}

std::string ServerSession::serverInfo() const {
    return R"({"name":)" + jsonString(_info.name) + R"(,"version":)" + jsonString(_info.version) + "}";
}

}  // namespace aip::mcp
