#include "answers.h"
#include "audit/line_source.h"
#include "audit/reader.h"
#include "audit/verify.h"
#include "audit_view.h"
#include "commands.h"
#include "exit_code.h"
#include "since.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace aip::agentctl {
namespace {

using base::Code;
using base::Error;

constexpr std::chrono::milliseconds followInterval{300};
/// For records that are on their way to the file: a second.
constexpr std::chrono::milliseconds lookInterval{50};
constexpr int mostLooks = 20;

/// {"file", "state", "why", "waiting", ...}
Account accountOf(Json agent) {
    const Json audit = agent["audit"];
    return {agent["audit_file"].text(), audit["waiting"].number().value_or(0),
            audit["state"].text() == "failing" ? audit["why"].text() : ""};
}

/// Of the running agent.
base::Result<Account> askAccount(const Context& context) {
    constexpr auto otherwise =
        "; name the file with --file: audit.file of the configuration, or audit/audit.jsonl in its "
        "state.directory";
    const auto answer = context.agent.ask({.path = "/v1/status"});
    if (!answer) {
        return Error(answer.error().code(), answer.error().text() + otherwise);
    }
    if (!answer->good()) {
        return Error(Code::exhausted, whyNot(*answer));
    }
    const auto document = Document::parse(answer->body);
    auto account = document ? accountOf(document->root()["agent"]) : Account();
    return account.file.empty() ? base::Result<Account>(Error(Code::notFound, "the agent keeps no audit"))
                                : base::Result<Account>(std::move(account));
}

/// What is on its way when it is asked is written soon, unless something is wrong.
base::Result<Account> settledAccount(const Context& context) {
    auto account = askAccount(context);
    for (int i = 0; i < mostLooks && account && account->waiting > 0 && account->fault.empty(); ++i) {
        std::this_thread::sleep_for(lookInterval);
        account = askAccount(context);
    }
    return account;
}

base::Result<audit::RecordFilter> filterOf(const Arguments& arguments) {
    audit::RecordFilter filter;
    if (arguments.has("--since")) {
        const auto since = timeOf(arguments.get("--since"), std::chrono::system_clock::now());
        if (!since) {
            return since.error();
        }
        filter.since = *since;
    }
    if (arguments.has("--session")) {
        filter.session = arguments.get("--session");
    }
    if (arguments.has("--tool")) {
        filter.tool = arguments.get("--tool");
    }
    return filter;
}

/// "2" of audit-2.jsonl beside audit.jsonl; empty: it is the file itself.
std::string numberOf(const std::filesystem::path& beside, const std::filesystem::path& file) {
    const std::string stem = beside.stem().string();
    return beside == file ? "" : stem.substr(stem.rfind('-') + 1);
}

base::Result<int> readRecords(Context& context, const std::string& file) {
    const auto filter = filterOf(context.arguments);
    if (!filter) {
        return filter.error();
    }
    audit::MergedReader reader(file, *filter);
    const auto show = [&](const std::filesystem::path& of, std::string_view record) {
        if (context.json()) {
            context.out.json(record);
        } else {
            context.out.text(recordView(record, numberOf(of, file)));
        }
    };
    const bool follows = context.arguments.has("--follow");
    do {
        if (const auto shown = reader.read(show); !shown) {
            return complain(context, shown.error());
        }
        context.out.flush();
        if (follows) {
            std::this_thread::sleep_for(followInterval);
        }
    } while (follows && context.out.good());
    return done;
}

/// The chains of the files beside it. A checkpoint is one of the file itself.
base::Result<std::vector<VerifiedFile>> verifyBeside(const std::string& file) {
    std::vector<VerifiedFile> all;
    for (const auto& each : audit::filesBeside(file)) {
        auto verified = audit::verify(each);
        if (verified) {
            all.push_back({each.string(), *std::move(verified)});
        } else if (verified.error().code() != Code::notFound) {
            return std::move(verified).error();
        }
    }
    return all;
}

base::Result<std::optional<audit::Checkpoint>> checkpointIn(const std::string& text) {
    if (text.empty()) {
        return std::optional<audit::Checkpoint>();
    }
    auto parsed = audit::parseCheckpoint(text);
    return parsed ? base::Result<std::optional<audit::Checkpoint>>(*std::move(parsed)) : std::move(parsed).error();
}

/// `account`: of an agent that is at work.
base::Result<int> verifyRecords(Context& context, const std::string& file, const std::optional<Account>& account) {
    const auto checkpoint = checkpointIn(context.word(1));
    if (!checkpoint) {
        return checkpoint.error();
    }
    const auto verified = audit::verify(file, *checkpoint);
    if (!verified) {
        return complain(context, verified.error());
    }
    const auto beside = verifyBeside(file);
    if (!beside) {
        return complain(context, beside.error());
    }
    if (context.json()) {
        context.out.json(verifiedJson(*verified, *beside, account));
    } else {
        context.out.text(verifiedView(*verified, *beside, account));
    }
    const bool isWritten = !account || account->fault.empty();
    return isWritten && !verified->fault && std::ranges::none_of(*beside, isBroken) ? done : failed;
}

base::Result<int> showAudit(Context& context) {
    const bool verifies = context.word() == "verify";
    if (!context.word().empty() && !verifies) {
        return Error(Code::invalid, "audit cannot '" + context.word() + "'");
    }
    if (context.arguments.has("--file")) {
        const std::string named = context.arguments.get("--file");
        return verifies ? verifyRecords(context, named, {}) : readRecords(context, named);
    }
    const auto account = verifies ? settledAccount(context) : askAccount(context);
    if (!account) {
        return complain(context, account.error());
    }
    return verifies ? verifyRecords(context, account->file, *account) : readRecords(context, account->file);
}

}  // namespace

Command auditCommand() {
    return {
        .name = "audit",
        .words = " | verify [CHECKPOINT]",
        .summary =
            "Shows the records of what the agent was asked and has done, or verifies that none is altered or missing.",
        .details =
            "TIME is 10m, 2h or 1d ago, or 2026-11-23T14:25:26 in UTC. CHECKPOINT is NUMBER:HASH as the log of the "
            "agent has\n"
            "it (\"audit: checkpoint\"): with it also a cut at the end and another chain are found. verify ends with 1 "
            "if\n"
            "something is wrong, and names the first record that is altered, missing, reordered or cut; also if the "
            "agent cannot\n"
            "write its records now: it says how many wait, which nobody can verify. The files NAME-2, "
            "NAME-3, ...\n"
            "of processes that ran beside the agent (aip-agent --mcp) are shown with it by time, their records as "
            "2#17; "
            "each is a chain\n"
            "of its own; a CHECKPOINT is of the agent's.\n",
        .options = {{"--file", "FILE",
                     "the file of the audit, also without a running agent, which otherwise says where it is"},
                    {"--follow", "", "goes on with the records that come"},
                    {"--since", "TIME", "records from then on"},
                    {"--session", "ID", "of this session"},
                    {"--tool", "NAME", "of this tool, also TYPE::NAME"}},
        .choices = {"verify"},
        .most = 2,
        .run = showAudit};
}

}  // namespace aip::agentctl
