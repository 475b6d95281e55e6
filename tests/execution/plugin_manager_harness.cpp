#include "tests/execution/plugin_manager_harness.h"

#include "plugins/make_slot.h"

#include <algorithm>
#include <regex>
#include <utility>

namespace aip::tests {

namespace {

execution::LeaseFactory factory(hosting::LogSink log) {
    return [log = std::move(log)](admission::Manifest manifest, base::Descriptor library,
                                  plugins::SlotSettings settings, plugins::Retire retire) {
        return plugins::makeSlot(std::move(manifest), std::move(library), std::move(settings), {log},
                                 std::move(retire));
    };
}

}  // namespace

PluginManagerHarness::PluginManagerHarness(plugins::Isolation isolation, execution::PluginManagerSettings settings)
    : plan{{{"*", "default", {"Test"}, {}}}, {}, {}}, set(settings, _timers), _makeSlot(factory(log.sink())) {
    plan.discovery.directories = {_plugins.path()};
    plan.discovery.slot = isolated(isolation);
    _door.emplace(_execution.dispatcher, [this](const execution::FinishedBatch& batch) { answered(batch); });
}

PluginManagerHarness::~PluginManagerHarness() {
    _door.reset();
    set.stopAll(std::chrono::seconds(30));
}

void PluginManagerHarness::install(const std::string& built, const std::string& id) {
    const auto staged = installPlugin(built, _staging.path());
    std::filesystem::remove_all(folder(id));
    std::filesystem::rename(staged, folder(id));
}

void PluginManagerHarness::remove(const std::string& id) {
    std::filesystem::remove_all(folder(id));
}

std::future<std::string> PluginManagerHarness::begin(const std::string& tool, const std::string& parameters) {
    std::future<std::string> answer;
    std::string id;
    {
        const std::lock_guard lock(_mutex);
        id = std::to_string(++_number);
        answer = _waiting[id].get_future();
    }
    _door->submit(commandOf(id, R"([{"tool_name":")" + tool + R"(","parameters":)" + parameters + "}]", id, "A"));
    return answer;
}

std::string PluginManagerHarness::call(const std::string& tool, const std::string& parameters) {
    return begin(tool, parameters).get();
}

void PluginManagerHarness::answered(const execution::FinishedBatch& batch) {
    const std::lock_guard lock(_mutex);
    const auto waiting = _waiting.find(std::string(batch.command->responseId.value_or("")));
    if (waiting == _waiting.end() || batch.results.size() != 1) {
        ++_surplus;
        return;
    }
    const auto& result = batch.results.front();
    waiting->second.set_value(result.error.value_or(result.result));
    _waiting.erase(waiting);
}

int PluginManagerHarness::surplus() const {
    const std::lock_guard lock(_mutex);
    return _surplus;
}

std::vector<std::string> PluginManagerHarness::listed() const {
    std::vector<std::string> lines;
    for (const auto& entry : set.entries()) {
        const std::string why = entry.reason();
        lines.push_back(entry.id + " " + entry.version + " " + entry.state() + " " + why.substr(0, why.find(':')));
    }
    return lines;
}

std::vector<std::string> PluginManagerHarness::tools() {
    const std::string listing = call("list_tools");
    const std::regex member(R"re("tool_name":"([^"]*)")re");
    std::vector<std::string> names;
    for (auto at = std::sregex_iterator(listing.begin(), listing.end(), member); at != std::sregex_iterator(); ++at) {
        names.push_back((*at)[1]);
    }
    std::ranges::sort(names);
    return names;
}

std::weak_ptr<plugins::Slot> PluginManagerHarness::slot(const std::string& id) const {
    for (const auto& entry : set.entries()) {
        if (entry.id == id) {
            return entry.slot;
        }
    }
    return {};
}

}  // namespace aip::tests
