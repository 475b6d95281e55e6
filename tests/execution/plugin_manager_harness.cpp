#include "tests/execution/plugin_manager_harness.h"

#include "plugins/make_slot.h"

#include <algorithm>
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
}

PluginManagerHarness::~PluginManagerHarness() {
    cancelAll();
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
    const int number = ++_number;
    const auto invocation = _execution.dispatcher.prepare(
        requestOf(tool, parameters, std::to_string(number), "A"),
        [this, number](const execution::InvocationResult& result) { ended(number, result.outcome); });
    auto answer = _running.with([&](auto& running) {
        auto& mine = running[number];
        mine.invocation = invocation;
        return mine.answer.get_future();
    });
    _execution.dispatcher.start(invocation);
    return answer;
}

std::string PluginManagerHarness::call(const std::string& tool, const std::string& parameters) {
    return begin(tool, parameters).get();
}

void PluginManagerHarness::ended(int number, const hosting::Outcome& outcome) {
    auto mine = _running.with([&](auto& running) { return running.extract(number); });
    if (mine) {
        mine.mapped().answer.set_value(outcome.ok() ? outcome.json : outcome.error);
    } else {
        ++_surplus;
    }
}

void PluginManagerHarness::cancelAll() {
    std::vector<std::shared_ptr<execution::Invocation>> invocations;
    _running.with([&](auto& running) {
        for (const auto& [number, mine] : running) {
            invocations.push_back(mine.invocation.lock());
        }
    });
    for (const auto& invocation : invocations) {
        if (invocation) {
            invocation->cancel(base::Code::cancelled, "enough");
        }
    }
}

std::vector<std::string> PluginManagerHarness::listed() const {
    std::vector<std::string> lines;
    for (const auto& entry : set.entries()) {
        const std::string why = entry.reason();
        lines.push_back(entry.id + " " + entry.version + " " + entry.state() + " " + why.substr(0, why.find(':')));
    }
    return lines;
}

std::vector<std::string> PluginManagerHarness::tools() const {
    const auto router = set.router().current();
    std::vector<std::string> names;
    for (const auto& tool : (*router->offerFor({.agent = "A"}))->tools()) {
        names.push_back(tool->manifest.name);
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
