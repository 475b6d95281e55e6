#include "audit/record.h"

#include "base/json_members.h"
#include "base/json_object.h"
#include "base/json_text.h"
#include "base/sha256.h"

#include <algorithm>
#include <utility>

namespace aip::audit {
namespace {

using base::JsonObject;

/// A reader of records must not meet a nesting that it does not take.
constexpr std::size_t deepestShown = 200;
/// What is larger is not read, which would hold up the records of others: its size must do, unless the setting demands
/// all of it or, of a tool without secrets, its hash.
constexpr std::size_t largestRead = 256UL << 10U;
/// An owner that keeps more than so many times the parameters is not kept for them.
constexpr std::size_t ownerShare = 4;

JsonObject headOf(base::Clock::WallTime time, std::string_view kind, std::string room) {
    JsonObject out(std::move(room));
    out.text("time", base::timestamp(time)).foreignIfAny("kind", kind);
    return out;
}

/// The blanks between the parts of a JSON text are left out: it may have line breaks there.
std::string inOneLine(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        quoted = quoted != (c == '"');
        if (quoted || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) {
            out += c;
        }
        if (quoted && c == '\\' && i + 1 < json.size()) {
            out += json[++i];
        }
    }
    return out;
}

void addBytes(JsonObject& members, std::string_view text) {
    members.number("parameters_bytes", text.size());
}

void addSize(JsonObject& members, std::string_view text) {
    addBytes(members, text);
    members.text("parameters_sha256", base::sha256Of(text));
}

std::string startOf(std::string_view text) {
    return base::excerpt(base::repairUtf8(text.substr(0, longestStart)), longestStart);
}

/// `text` may be shown.
void addShown(JsonObject& members, std::string_view text, Parameters form) {
    if (form == Parameters::cut && text.size() > longestStart) {
        members.text("parameters_start", startOf(text));
        return text.size() > largestRead ? addBytes(members, text) : addSize(members, text);
    }
    if (form == Parameters::hash || !base::jsonMembers(text, deepestShown)) {
        return addSize(members, text);
    }
    members.raw("parameters", inOneLine(text));
}

/// What a tool has made of a secret may have its name.
std::string withoutSecrets(const CallRecord& call) {
    const bool asItIs = call.end.account.empty() || !call.tool || call.tool->secrets.none();
    return asItIs ? call.end.account : call.tool->secrets.mask(call.end.account);
}

void addAccount(JsonObject& members, const CallRecord& call, Parameters form) {
    const std::string account = withoutSecrets(call);
    if (account.empty()) {
        return;
    }
    if (form == Parameters::hash) {
        members.text("account_sha256", base::sha256Of(account));
    } else if (form == Parameters::cut && account.size() > longestStart) {
        members.text("account_start", startOf(account));
    } else {
        members.raw("account", inOneLine(account));
    }
}

/// Of a tool that is not known, nobody knows which are secret.
void addParameters(JsonObject& members, const CallRecord& call, Parameters form) {
    const std::string_view text = call.texts.parameters();
    if (!call.tool) {
        return addShown(members, text, Parameters::hash);
    }
    if (call.tool->secrets.none()) {
        return addShown(members, text, form);
    }
    if (form != Parameters::full && text.size() > largestRead) {
        return addBytes(members, text);
    }
    const std::string masked = call.tool->secrets.mask(text);
    if (masked.starts_with('{')) {
        return addShown(members, masked, form);
    }
    if (masked.empty()) {
        return addSize(members, text);
    }
    members.raw("parameters", masked);
}

std::string_view toolOf(const CallRecord& call) {
    return call.tool ? std::string_view(call.tool->key) : call.texts.tool();
}

void addPlugin(JsonObject& members, const CallRecord& call) {
    if (const auto& tool = call.tool) {
        JsonObject plugin;
        plugin.textIfAny("id", tool->plugin).foreignIfAny("version", tool->version).textIfAny("sha256", tool->sha256);
        members.foreignIfAny("namespace", tool->nameSpace).raw("plugin", plugin.take());
    }
}

void addDecision(JsonObject& members, const Decision& decision) {
    const bool refused = !decision.by.empty();
    members.text("decision", refused ? "refused" : "allowed");
    if (refused) {
        members.text("by", decision.by).text("code", base::codeName(decision.code));
        members.foreignIfAny("reason", decision.reason);
    }
}

}  // namespace

CallTexts::CallTexts(const Asked& asked)
    : _texts{asked.door, asked.peer,  asked.session, asked.task, asked.response,
             asked.call, asked.agent, asked.root,    asked.tool} {
    std::size_t size = 0;
    for (auto& text : _texts) {
        text = text.substr(0, longestText);
        size += text.size();
    }
    const bool isShort = size <= _short.size();
    _large.resize(isShort ? 0 : size);
    char* next = isShort ? _short.data() : _large.data();
    for (auto& text : _texts) {
        text = {next, text.copy(next, text.size())};
        next += text.size();
    }
    keepParameters(asked, next, isShort ? _short.size() - size : 0);
}

void CallTexts::keepParameters(const Asked& asked, char* rest, std::size_t room) {
    _parameters = asked.parameters;
    if (asked.owner && asked.ownerSize <= ownerShare * asked.parameters.size()) {
        _owner = asked.owner;
    } else if (_parameters.size() <= room) {
        _parameters = {rest, _parameters.copy(rest, _parameters.size())};
    } else {
        _copy = _parameters;
        _parameters = _copy;
    }
}

void CallTexts::dropParameters() {
    _parameters = {};
    _copy = {};
    _owner.reset();
}

std::string begunMembers(const CallRecord& call, Parameters form, std::string room) {
    const CallTexts& texts = call.texts;
    JsonObject members = headOf(call.begun, "begun", std::move(room));
    members.foreignIfAny("door", texts.door()).foreignIfAny("peer", texts.peer());
    members.foreignIfAny("session", texts.session()).foreignIfAny("task", texts.task());
    members.foreignIfAny("response", texts.response()).foreignIfAny("call", texts.call());
    members.foreignIfAny("agent", texts.agent()).foreignIfAny("root", texts.root());
    members.foreignIfAny("tool", toolOf(call));
    addPlugin(members, call);
    addDecision(members, call.decision);
    addParameters(members, call, form);
    return members.takeMembers();
}

std::string endedMembers(const CallRecord& call, Parameters form, std::string room) {
    JsonObject members = headOf(call.ended, "ended", std::move(room));
    members.number("begun", call.sequence).foreignIfAny("session", call.texts.session());
    members.foreignIfAny("tool", toolOf(call));
    members.text("status", call.end.code == base::Code::ok ? "success" : "failure");
    members.text("code", base::codeName(call.end.code)).textIfAny("by", call.end.by);
    const auto time = std::chrono::floor<std::chrono::microseconds>(call.duration).count();
    members.number("duration_us", std::max<std::int64_t>(time, 0)).number("bytes", call.end.bytes);
    addAccount(members, call, form);
    return members.takeMembers();
}

std::string eventMembers(const EventRecord& event) {
    std::string members = headOf(event.time, event.kind, {}).takeMembers();
    return event.members.empty() ? members : members + "," + event.members;
}

}  // namespace aip::audit
