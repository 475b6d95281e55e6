#include "audit_view.h"

#include "base/json_members.h"
#include "base/json_object.h"
#include "json.h"
#include "shown.h"

#include <algorithm>
#include <array>

namespace aip::agentctl {
namespace {

constexpr std::size_t deepestRecord = 256;
constexpr std::size_t kindWidth = 8;

std::string part(const char* name, Json value) {
    return value.text().empty() ? "" : std::string(" ") + name + " " + value.text();
}

/// "shell 1.0.0"
std::string pluginOf(Json plugin) {
    return plugin ? " of " + plugin["id"].text() + " " + plugin["version"].text() : "";
}

std::string begunText(Json record) {
    const std::string refused = record["decision"].text() == "refused"
                                    ? ": refused by " + record["by"].text() + ": " + record["reason"].text()
                                    : "";
    const std::string parameters = record["parameters"] ? " " + record["parameters"].raw() : "";
    return record["tool"].text() + pluginOf(record["plugin"]) + " for " + record["door"].text() +
           part("session", record["session"]) + part("task", record["task"]) + refused + parameters;
}

std::string endedText(Json record) {
    const bool good = record["status"].text() == "success";
    return record["tool"].text() + " (" + record["begun"].text() + "): " + record["status"].text() +
           (good ? "" : " " + record["code"].text()) + " after " +
           duration(record["duration_us"].number().value_or(0) / 1'000) + ", " +
           size(record["bytes"].number().value_or(0));
}

/// Of any other kind: its members as they are.
std::string eventText(std::string_view line) {
    static constexpr std::array head{"seq", "prev", "time", "kind"};
    std::string text;
    const auto members = base::jsonMembers(line, deepestRecord);
    for (const auto& member : members ? *members : std::vector<base::JsonMember>()) {
        if (std::ranges::find(head, member.key) == head.end()) {
            text += (text.empty() ? "" : " ") + member.key + "=" + std::string(member.value);
        }
    }
    return text;
}

std::string paddedTo(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string chainText(const audit::Verified& verified) {
    const std::string last = audit::textOf(verified.last);
    if (verified.fault) {
        return "BROKEN: " + std::string(name(verified.fault->kind)) + ": record " +
               std::to_string(verified.fault->sequence) + ": " + shown(verified.fault->text) + '\n';
    }
    if (verified.first == 0) {
        return "there are no records\n";
    }
    return "whole: records " + std::to_string(verified.first) + " to " + std::to_string(verified.last.sequence) +
           "; checkpoint " + last + '\n' +
           (verified.lost > 0
                ? std::to_string(verified.lost) + " records were lost before they could be written (records_lost)\n"
                : "") +
           (verified.checkpointIsOlder ? "the checkpoint is of a record that is not kept any more: it says nothing\n"
                                       : "");
}

std::string accountText(const Account& account) {
    const std::string waiting = std::to_string(account.waiting) + " more wait in the agent: they are not verified\n";
    return (account.waiting > 0 ? waiting : "") +
           (account.fault.empty() ? "" : "NOT WRITTEN: " + shown(account.fault) + '\n');
}

base::JsonObject chainMembers(const audit::Verified& verified) {
    base::JsonObject out;
    out.flag("whole", !verified.fault)
        .number("first", static_cast<std::int64_t>(verified.first))
        .number("last", static_cast<std::int64_t>(verified.last.sequence))
        .text("checkpoint", audit::textOf(verified.last))
        .flag("checkpoint_is_older", verified.checkpointIsOlder)
        .number("lost", static_cast<std::int64_t>(verified.lost));
    if (verified.fault) {
        out.raw("fault", base::JsonObject()
                             .text("kind", name(verified.fault->kind))
                             .number("seq", static_cast<std::int64_t>(verified.fault->sequence))
                             .text("text", base::repairUtf8(verified.fault->text))
                             .take());
    }
    return out;
}

}  // namespace

std::string recordView(std::string_view record, const std::string& chain) {
    const auto document = Document::parse(record);
    if (!document) {
        return "not a record: " + shown(record) + '\n';
    }
    const Json root = document->root();
    const std::string kind = root["kind"].text();
    const std::string text = kind == "begun" ? begunText(root) : kind == "ended" ? endedText(root) : eventText(record);
    return moment(root["time"].text()) + "  " +
           shown(paddedTo((chain.empty() ? "" : chain + "#") + root["seq"].text(), 6) + "  " +
                 paddedTo(kind, kindWidth) + "  " + text) +
           '\n';
}

std::string headingView(std::string_view file) {
    return "of " + shown(file) + ":\n";
}

std::string verifiedView(const audit::Verified& verified, const std::vector<VerifiedFile>& beside,
                         const std::optional<Account>& account) {
    std::string text = chainText(verified) + (account ? accountText(*account) : "");
    for (const auto& each : beside) {
        text += headingView(each.file) + chainText(each.verified);
    }
    return text;
}

std::string verifiedJson(const audit::Verified& verified, const std::vector<VerifiedFile>& beside,
                         const std::optional<Account>& account) {
    base::JsonObject out = chainMembers(verified);
    if (account) {
        out.number("waiting", account->waiting).textIfAny("fault", base::repairUtf8(account->fault));
    }
    base::JsonArray others;
    for (const auto& each : beside) {
        others.add(chainMembers(each.verified).text("file", base::repairUtf8(each.file)).take());
    }
    return beside.empty() ? out.take() : out.raw("beside", others.take()).take();
}

}  // namespace aip::agentctl
