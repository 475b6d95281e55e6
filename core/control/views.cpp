#include "control/views.h"

#include "base/json_object.h"

#include <set>
#include <string>
#include <tuple>

namespace aip::control {
namespace {

using base::JsonArray;
using base::JsonObject;
using base::repairUtf8;

void add(JsonObject& out, const plugins::SlotFigures& figures, const plugins::ProcessTable& processes) {
    JsonArray list;
    for (const int number : figures.processes) {
        list.add(JsonObject()
                     .number("pid", number)
                     .number("memory_bytes", static_cast<std::int64_t>(processes.residentBytes(number)))
                     .take());
    }
    out.raw("processes", list.take())
        .raw("calls", JsonObject()
                          .number("running", static_cast<std::int64_t>(figures.running))
                          .number("places", static_cast<std::int64_t>(figures.places))
                          .number("waiting", static_cast<std::int64_t>(figures.waiting))
                          .take());
    if (figures.nextStart) {
        out.number("next_start_ms", figures.nextStart->count());
    }
}

/// Those of the manifest, and those that it offers beside them now.
std::size_t toolsOf(const plugins::PluginEntry& entry) {
    using Key = std::tuple<std::string, std::string, std::string>;
    std::set<Key> keys;
    const auto add = [&keys](const std::vector<admission::ToolManifest>& tools) {
        for (const auto& tool : tools) {
            keys.emplace(tool.type, tool.nameSpace, tool.name);
        }
    };
    add(entry.tools);
    if (entry.slot) {
        add(entry.slot->dynamicTools());
    }
    return keys.size();
}

std::string json(const plugins::PluginEntry& entry, const plugins::ProcessTable& processes,
                 base::Clock::TimePoint now) {
    JsonArray isolation;
    for (const auto measure : entry.measures().names()) {
        isolation.add(base::jsonString(measure));
    }
    JsonObject out;
    out.text("id", entry.id)
        .text("version", entry.version)
        .text("state", entry.state())
        .textIfAny("reason", repairUtf8(entry.reason()))
        .text("isolation", name(entry.settings.isolation))
        .raw("in_force", isolation.take())
        .number("tools", static_cast<std::int64_t>(toolsOf(entry)));
    if (entry.slot) {
        out.textIfAny("load", entry.slot->load(now));
        add(out, entry.slot->figures(now), processes);
    }
    return out.take();
}

std::string json(const execution::Tool& tool, const base::Result<void>& admits) {
    JsonObject out;
    out.text("name", tool.manifest.name)
        .text("namespace", tool.manifest.nameSpace)
        .text("type", tool.manifest.type)
        .text("plugin", tool.slot->manifest().id)
        .text("description", tool.manifest.description);
    if (!admits) {
        out.text("refused", repairUtf8(admits.error().text()));
    }
    return out.take();
}

}  // namespace

std::string json(const execution::RunningCall& call) {
    return JsonObject()
        .number("id", static_cast<std::int64_t>(call.id))
        .number("age_ms", call.age.count())
        .text("state", name(call.state))
        .text("tool", call.tool)
        .textIfAny("type", call.toolType)
        .textIfAny("namespace", call.nameSpace)
        .textIfAny("plugin", call.plugin)
        .text("door", call.door)
        .textIfAny("session", call.session)
        .textIfAny("task", call.task)
        .textIfAny("agent", call.agent)
        .textIfAny("call_id", call.callId)
        .numberIfAny("permille", call.permille)
        .textIfAny("progress", repairUtf8(call.text))
        .take();
}

std::string json(const execution::RunningCalls::List& calls) {
    JsonArray list;
    for (const auto& call : calls.calls) {
        list.add(json(call));
    }
    return JsonObject().raw("calls", list.take()).number("left_out", static_cast<std::int64_t>(calls.leftOut)).take();
}

std::string json(const std::optional<execution::OperatorLock::Locked>& lock) {
    JsonObject out;
    out.flag("locked", lock.has_value());
    if (lock) {
        out.text("reason", lock->reason).textIfAny("since", lock->since);
    }
    return out.take();
}

std::string json(const PluginList& plugins, const plugins::ProcessTable& processes, base::Clock::TimePoint now) {
    JsonArray list;
    for (const auto& entry : plugins.entries) {
        list.add(json(entry, processes, now));
    }
    return JsonObject().raw("plugins", list.take()).text("state", plugins.admitted ? "admitted" : "starting").take();
}

std::string json(const std::vector<std::shared_ptr<const execution::Tool>>& tools, const WouldAdmit& wouldAdmit) {
    JsonArray list;
    for (const auto& tool : tools) {
        list.add(json(*tool, wouldAdmit(*tool)));
    }
    return JsonObject().raw("tools", list.take()).take();
}

std::string json(const Reloaded& reloaded) {
    base::JsonArray keys;
    for (const auto& key : reloaded.needsRestart) {
        keys.add(base::jsonString(key));
    }
    base::JsonArray refused;
    for (const auto& each : reloaded.refused) {
        refused.add(base::JsonObject()
                        .text("plugin", base::repairUtf8(each.plugin))
                        .text("state", each.state)
                        .text("reason", base::repairUtf8(each.reason))
                        .take());
    }
    return base::JsonObject()
        .flag("done", true)
        .raw("needs_restart", keys.take())
        .raw("refused", refused.take())
        .take();
}

}  // namespace aip::control
