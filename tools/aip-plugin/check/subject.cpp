#include "subject.h"

#include "base/json_text.h"
#include "generate/value_generator.h"
#include "plugins/nearest_tool.h"
#include "runner.h"
#include "schema/schema.h"

#include <aip/ext/command_executor.h>
#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <utility>

namespace aip::tool {
namespace {

constexpr std::chrono::seconds listLimit{2};

/// The code for a reply that is against the rules; empty if it is none.
std::string violation(const Reply& reply) {
    const std::string& error = reply.outcome.error;
    if (reply.abandoned) {
        return "call-hangs";
    }
    if (reply.outcome.ok()) {
        return {};
    }
    if (error.starts_with("an exception left the plugin")) {
        return "exception";
    }
    if (error.starts_with("the plugin's result is not ")) {
        return "result-invalid";
    }
    if (error.starts_with("the result has ") && reply.outcome.code == base::Code::exhausted) {
        return "result-too-large";
    }
    if (error.starts_with("plugin '") && error.find("': its process ") != std::string::npos) {
        return "crash";
    }
    return reply.outcome.code == base::Code::internal ? "internal-error" : "";
}

Subject::Strictness importanceOf(std::string_view code) {
    using enum Subject::Strictness;
    return code == "internal-error" ? everything : code.starts_with("result-") ? rules : survival;
}

}  // namespace

void addOnce(Section& section, const std::string& code, const std::string& tool, const std::string& text) {
    const std::string line = tool + ": " + text;
    const auto same = [&](const Finding& finding) {
        return finding.code == code && finding.text.starts_with(tool + ": ");
    };
    if (std::ranges::none_of(section.findings, same)) {
        section.found(code, line);
    }
}

Subject::Subject(const PluginFile& plugin, CheckOptions options, Progress progress)
    : _plugin(plugin), _options(std::move(options)), _progress(std::move(progress)) {
    chooseTools(plugin.manifest.tools);
    chooseSettings();
}

Subject::~Subject() {
    retire();
}

std::optional<std::string> Subject::whyNotCalled(const admission::ToolManifest& tool) const {
    const auto named = [&tool](const std::set<std::string>& names) {
        return names.contains(tool.name) || names.contains(tool.key());
    };
    if (!_options.only.empty() && !named(_options.only)) {
        return "";
    }
    if (named(_options.skip)) {
        return "as told";
    }
    if (plugins::isDestructive(tool) && _options.only.empty()) {
        return "its annotations call it destructive; --only=" + tool.name + " calls it";
    }
    return std::nullopt;
}

void Subject::chooseTools(const std::vector<admission::ToolManifest>& offered) {
    _tools.clear();
    _skipped.clear();
    for (const auto& tool : offered) {
        const auto why = whyNotCalled(tool);
        if (!why) {
            _tools.push_back(tool);
        } else if (!why->empty()) {
            _skipped.push_back(tool.name + ": " + *why);
        }
    }
}

void Subject::chooseSettings() {
    const std::string& schema = _plugin.manifest.settingsSchema;
    if (!_options.settings.empty()) {
        _settings = _options.settings;
        return;
    }
    auto generator = ValueGenerator::make(schema == "null" ? "{}" : schema, _options.seed);
    const auto compiled = schema::Schema::compile(schema == "null" ? "{}" : schema);
    if (generator && compiled && !compiled->check("{}")) {
        _settings = generator->valid().value_or("{}");
        _settingsMadeUp = true;
    }
}

hosting::Check Subject::revive() {
    if (_slot && _slot->state() == plugins::SlotState::running) {
        return {};
    }
    retire();
    auto slot = makeSlot(_plugin, {.configJson = _settings,
                                   .log = [](int, std::string_view) {},
                                   .environment = _options.environment,
                                   .stopLimit = _options.grace,
                                   .state = _state.path()});
    if (!slot) {
        return hosting::Refusal{hosting::reason::loadFailed, slot.error().text()};
    }
    _slot = *std::move(slot);
    _watch = std::make_unique<ToolWatch>(*_slot);
    _caller = std::make_unique<Caller>(*_slot, Caller::Limits{_options.timeout, _options.grace});
    auto started = _slot->start();
    if (started && _plugin.manifest.promises(AIP_EXT_DYNAMIC_TOOLS)) {
        const auto tools = _watch->tools(listLimit);
        if (!std::exchange(_listed, true)) {
            chooseTools(tools);
        }
    }
    return started;
}

bool Subject::isToBeCalled() const {
    return _plugin.manifest.promises(AIP_EXT_COMMAND_EXECUTOR);
}

Subject::Clock::time_point Subject::toolDeadline() const {
    constexpr int steps = 6;  // in which every tool has its turn
    const std::chrono::milliseconds share = _options.total / steps / std::max<int>(static_cast<int>(_tools.size()), 1);
    return std::min({Clock::now() + _options.budget, Clock::now() + share, _end});
}

bool Subject::retire() {
    const auto begin = Clock::now();
    const bool ended = !_slot || _slot->stop(_options.grace + std::chrono::seconds(1));
    _caller.reset();
    _watch.reset();
    _slot.reset();
    return ended && Clock::now() - begin < _options.grace;
}

Footprint Subject::footprint() const {
    return footprintOf(pluginProcess());
}

bool Subject::judge(Section& section, const admission::ToolManifest& tool, const Reply& reply,
                    const std::string& input) {
    const std::string code = violation(reply);
    if (!code.empty() && importanceOf(code) <= _strictness) {
        const std::string how = code == "call-hangs" ? "did not return when it was cancelled" : reply.outcome.error;
        addOnce(section, code, tool.name,
                base::excerpt(how, 300) + "; called with " + base::excerpt(base::repairUtf8(input), 200));
    }
    if (code != "crash" && code != "call-hangs") {
        return true;
    }
    retire();
    static_cast<void>(revive());
    return false;
}

}  // namespace aip::tool
