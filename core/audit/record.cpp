#include "audit/record.h"

#include "audit/sha256.h"
#include "base/json_members.h"
#include "base/json_text.h"

#include <algorithm>

namespace aip::audit {
namespace {

/// A reader of records must not meet a nesting that it does not take.
constexpr std::size_t deepestShown = 200;
/// An owner that keeps more than so many times the parameters is not kept for them.
constexpr std::size_t ownerShare = 4;

/// Builds the members of an object.
class Members {
  public:
    Members& text(std::string_view key, std::string_view value) {
        return value.empty() ? *this : json(key, base::jsonString(base::repairUtf8(value)));
    }
    Members& number(std::string_view key, std::uint64_t value) { return json(key, std::to_string(value)); }
    Members& json(std::string_view key, std::string_view value) {
        _out += _out.empty() ? "\"" : ",\"";
        _out += key;
        _out += "\":";
        _out += value;
        return *this;
    }
    Members& head(base::Clock::WallTime time, std::string_view kind) {
        return text("time", base::timestamp(time)).text("kind", kind);
    }
    std::string take() { return std::move(_out); }

  private:
    std::string _out;
};

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

void addSize(Members& members, std::string_view text) {
    members.number("parameters_bytes", text.size()).text("parameters_sha256", sha256Of(text));
}

std::string startOf(std::string_view text) {
    return base::excerpt(base::repairUtf8(text.substr(0, longestStart)), longestStart);
}

/// `text` may be shown.
void addShown(Members& members, std::string_view text, Parameters form) {
    if (form == Parameters::cut && text.size() > longestStart) {
        members.text("parameters_start", startOf(text));
        return addSize(members, text);
    }
    if (form == Parameters::hash || !base::jsonMembers(text, deepestShown)) {
        return addSize(members, text);
    }
    members.json("parameters", inOneLine(text));
}

/// What a tool has made of a secret may have its name.
std::string withoutSecrets(const CallRecord& call) {
    const bool asItIs = call.end.account.empty() || !call.tool || call.tool->secrets.none();
    return asItIs ? call.end.account : call.tool->secrets.mask(call.end.account);
}

void addAccount(Members& members, const CallRecord& call, Parameters form) {
    const std::string account = withoutSecrets(call);
    if (account.empty()) {
        return;
    }
    if (form == Parameters::hash) {
        members.text("account_sha256", sha256Of(account));
    } else if (form == Parameters::cut && account.size() > longestStart) {
        members.text("account_start", startOf(account));
    } else {
        members.json("account", inOneLine(account));
    }
}

/// What has secrets and is larger is not searched for them, which would hold up the records of others: its size must
/// do.
constexpr std::size_t largestSearched = 256UL << 10U;

/// Of a tool that is not known, nobody knows which are secret.
void addParameters(Members& members, const CallRecord& call, Parameters form) {
    const std::string_view text = call.texts.parameters();
    if (!call.tool) {
        return addShown(members, text, Parameters::hash);
    }
    if (call.tool->secrets.none()) {
        return addShown(members, text, form);
    }
    if (form != Parameters::full && text.size() > largestSearched) {
        members.number("parameters_bytes", text.size());
        return;
    }
    const std::string masked = call.tool->secrets.mask(text);
    if (masked.starts_with('{')) {
        return addShown(members, masked, form);
    }
    if (masked.empty()) {
        return addSize(members, text);
    }
    members.json("parameters", masked);
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

std::string begunMembers(const CallRecord& call, Parameters form) {
    const CallTexts& texts = call.texts;
    Members members;
    members.head(call.begun, "begun").text("door", texts.door()).text("peer", texts.peer());
    members.text("session", texts.session()).text("task", texts.task()).text("response", texts.response());
    members.text("call", texts.call()).text("agent", texts.agent()).text("root", texts.root());
    members.text("tool", call.tool ? call.tool->key : texts.tool());
    if (call.tool) {
        members.text("namespace", call.tool->nameSpace);
        members.json("plugin", "{" +
                                   Members()
                                       .text("id", call.tool->plugin)
                                       .text("version", call.tool->version)
                                       .text("sha256", call.tool->sha256)
                                       .take() +
                                   "}");
    }
    const bool refused = !call.decision.by.empty();
    members.text("decision", refused ? "refused" : "allowed");
    if (refused) {
        members.text("by", call.decision.by).text("code", base::codeName(call.decision.code));
        members.text("reason", call.decision.reason);
    }
    addParameters(members, call, form);
    return members.take();
}

std::string endedMembers(const CallRecord& call, Parameters form) {
    const bool done = call.end.code == base::Code::ok;
    Members members;
    members.head(call.ended, "ended").number("begun", call.sequence).text("session", call.texts.session());
    members.text("tool", call.tool ? call.tool->key : call.texts.tool());
    members.text("status", done ? "success" : "failure").text("code", base::codeName(call.end.code));
    members.text("by", call.end.by);
    members.number("duration_us", static_cast<std::uint64_t>(std::max<std::int64_t>(
                                      std::chrono::floor<std::chrono::microseconds>(call.duration).count(), 0)));
    members.number("bytes", call.end.bytes);
    addAccount(members, call, form);
    return members.take();
}

std::string eventMembers(const EventRecord& event) {
    Members members;
    members.head(event.time, event.kind);
    const std::string head = members.take();
    return event.members.empty() ? head : head + "," + event.members;
}

}  // namespace aip::audit
