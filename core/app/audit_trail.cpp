#include "app/audit_trail.h"

#include "app/audit_journal.h"
#include "app/free_file.h"
#include "app/state_directory.h"
#include "base/json_object.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/printable.h"

#include <memory>
#include <string_view>
#include <utility>

namespace aip::app {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Result;
using TrailPtr = std::unique_ptr<audit::Trail>;

audit::TrailSettings trailSettings(const Settings& settings) {
    audit::TrailSettings trail;
    trail.maxFileSize = settings.audit.maxFileSize;
    trail.maxFiles = settings.audit.maxFiles;
    trail.sync = settings.audit.sync;
    trail.parameters = settings.audit.parameters;
    // Each call that has not ended has a place, and there may be more than one for a place of a door.
    trail.queue.open = 2 * settings.dispatcher.maxPlaces;
    trail.checkpoint = [](const audit::Checkpoint& checkpoint) {
        base::log::info("audit: checkpoint {}", audit::textOf(checkpoint));
    };
    if (settings.audit.journal) {
        trail.written = [journal = std::make_shared<AuditJournal>()](std::string_view lines) { journal->copy(lines); };
    }
    return trail;
}

/// The first that no other process keeps.
Result<std::unique_ptr<audit::FileTrail>> openFree(const fs::path& file, audit::TrailSettings settings,
                                                   const base::Clock& clock) {
    auto opened = openFirstFree(file, [&](const fs::path& name) {
        settings.file = name;
        return audit::FileTrail::open(settings, clock);
    });
    if (opened) {
        base::log::info("audit: kept in {}", settings.file.string());
    }
    return opened;
}

const char* stateName(audit::TrailState::Kind kind) {
    using Kind = audit::TrailState::Kind;
    switch (kind) {
        case Kind::unwanted:
            return "off";
        case Kind::kept:
            return "ok";
        case Kind::failing:
            return "failing";
        case Kind::missing:
            return "missing";
    }
    return "off";
}

std::string membersOf(const plugins::PluginEntry& entry) {
    const std::string& hash = entry.slot ? entry.slot->manifest().sha256 : std::string();
    return R"("plugin":)" + base::jsonString(entry.id) + R"(,"version":)" + base::jsonString(entry.version) +
           R"(,"sha256":)" + base::jsonString(hash) + R"(,"admitted":)" + (entry.slot ? "true" : "false") +
           R"(,"reason":)" + base::jsonString(base::repairUtf8(entry.slot ? "" : entry.reason()));
}

}  // namespace

fs::path auditFile(const Settings& settings) {
    if (!settings.audit.file.empty()) {
        return settings.audit.file;
    }
    const auto state = stateDirectory(settings);
    return state.empty() ? state : state / "audit" / "audit.jsonl";
}

Result<TrailPtr> openTrail(const Settings& settings, const base::Clock& clock) {
    if (!settings.audit.enabled) {
        return TrailPtr();
    }
    const bool named = !settings.audit.file.empty();
    const auto file = auditFile(settings);
    if (!named && !file.empty()) {
        makeStatePlace(file.parent_path());
    }
    auto opened = file.empty() ? base::Error(Code::notFound, "there is no state folder")
                               : openFree(file, trailSettings(settings), clock);
    if (!opened && !named) {
        base::log::warn("audit: no account is kept of calls: {}; set audit.file, or audit.enabled = false",
                        opened.error().text());
        return audit::missingTrail(opened.error().text());
    }
    return opened ? Result<TrailPtr>(*std::move(opened)) : std::move(opened).error().within("audit.file");
}

std::function<void(const std::string& why)> failureAccount(audit::Trail& trail, const std::string& plugin) {
    return [&trail, plugin](const std::string& why) {
        trail.event("plugin_failed",
                    base::JsonObject().text("plugin", plugin).text("reason", base::repairUtf8(why)).takeMembers());
    };
}

execution::OperatorLock::Changed lockAccount(audit::Trail& trail) {
    return [&trail](const std::optional<execution::OperatorLock::Locked>& locked) {
        trail.event(locked ? "lock" : "unlock",
                    locked ? base::JsonObject().text("reason", locked->reason).takeMembers() : std::string());
    };
}

std::string auditJson(const audit::Trail& trail, const Redaction& redaction) {
    const auto state = trail.state();
    base::JsonObject out;
    out.textIfAny("file", trail.place())
        .text("state", stateName(state.kind))
        .textIfAny("why", base::repairUtf8(redaction(state.why)));
    if (const auto findings = auditFindings(trail); !findings.all().empty()) {
        out.text("code", code(findings.all().front().found)).text("cure", findings.all().front().cure());
    }
    if (!trail.place().empty()) {
        out.number("waiting", static_cast<std::int64_t>(state.waiting)).flag("refuses_calls", state.full);
    }
    return out.take();
}

Findings auditFindings(const audit::Trail& trail) {
    Findings findings;
    const auto state = trail.state();
    if (state.kind == audit::TrailState::Kind::missing) {
        findings.add({Found::noAudit, "", "", "audit: no account is kept of calls: " + state.why});
    }
    if (state.kind == audit::TrailState::Kind::failing) {
        findings.add({Found::auditFails, "", "",
                      "audit: " + state.why + "; " + base::counted(state.waiting, "record") + " wait" +
                          (state.full ? ", and calls are refused" : "")});
    }
    return findings;
}

void PluginAccount::tell(audit::Trail& trail, const std::vector<plugins::PluginEntry>& entries) {
    auto gone = std::exchange(_told, {});
    for (const auto& entry : entries) {
        const std::string members = membersOf(entry);
        if (gone[entry.id] != members) {
            trail.event("plugin", members);
        }
        gone.erase(entry.id);
        _told[entry.id] = members;
    }
    for (const auto& [id, members] : gone) {
        trail.event("plugin_gone", R"("plugin":)" + base::jsonString(id));
    }
}

}  // namespace aip::app
