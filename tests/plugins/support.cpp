#include "tests/plugins/support.h"

#include "admission/file_trust.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace aip::tests {

using std::filesystem::path;
using std::filesystem::perms;

constexpr auto limit = std::chrono::seconds(60);

path installPlugin(const std::string& name, const path& directory) {
    path folder = directory / name;
    std::filesystem::copy(path(TEST_PLUGINS) / name, folder);
    std::filesystem::permissions(folder, perms(0755));
    return folder;
}

void editManifest(const path& folder, std::string_view from, std::string_view to) {
    std::string text = readFile(folder / "plugin.json");
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    writeFile(folder / "plugin.json", text.replace(at, from.size(), to));
}

void Monitor::change(const std::function<void()>& action) {
    const std::lock_guard lock(_mutex);
    action();
    _changed.notify_all();
}

bool Monitor::wait(const std::function<bool()>& predicate) const {
    std::unique_lock lock(_mutex);
    return _changed.wait_for(lock, limit, predicate);
}

TestCall::TestCall(std::string tool, std::string parameters, std::function<void()> then, hosting::Caller caller) {
    static std::atomic<int> number = 0;
    _state->tool = std::move(tool);
    _state->parameters = std::move(parameters);
    hosting::Call::Request request;
    request.kind = _state->tool.empty() ? hosting::Call::Kind::collect : hosting::Call::Kind::execute;
    request.id = "call-" + std::to_string(++number);
    request.tool = _state->tool;
    request.toolType = _state->tool.empty() ? "" : "action";
    request.parameters = _state->parameters;
    request.caller = std::move(caller);
    request.owner = _state;
    request.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
    _call = std::make_shared<hosting::Call>(
        std::move(request),
        [state = _state.get(), then = std::move(then)](hosting::Outcome outcome) {
            if (then) {
                then();
            }
            state->monitor.change([&] {
                state->outcome = std::move(outcome);
                ++state->finishes;
            });
        },
        [state = _state.get()](const hosting::Call& /*call*/, std::uint32_t permille, std::string_view text) {
            state->monitor.change([&] { state->progress = std::to_string(permille) + " " + std::string(text); });
        });
}

bool TestCall::finished() const {
    return _call->finished();
}

hosting::Outcome TestCall::outcome() const {
    if (!_state->monitor.wait([this] { return _state->finishes > 0; })) {
        return hosting::Outcome::failure(base::Code::internal, "TEST: the call was never finished");
    }
    return *_state->outcome;
}

std::string TestCall::text() const {
    const hosting::Outcome found = outcome();
    return found.ok() ? found.json : base::codeName(found.code) + ": " + found.error;
}

std::string TestCall::progress() const {
    std::string found;
    _state->monitor.wait([&] {
        found = _state->progress;
        return true;
    });
    return found;
}

hosting::LogSink LogBook::sink() const {
    return [state = _state](int level, std::string_view line) {
        state->monitor.change([&] { state->lines.push_back(std::to_string(level) + " " + std::string(line)); });
    };
}

bool LogBook::waitFor(const std::string& line) const {
    return _state->monitor.wait([&] { return std::ranges::find(_state->lines, line) != _state->lines.end(); });
}

std::vector<std::string> LogBook::lines() const {
    std::vector<std::string> found;
    _state->monitor.wait([&] {
        found = _state->lines;
        return true;
    });
    return found;
}

std::size_t LogBook::count(std::string_view prefix) const {
    const auto all = lines();
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [&](const std::string& line) { return line.starts_with(prefix); }));
}

SlotFixture::SlotFixture(const std::string& plugin, plugins::SlotSettings settings, plugins::SlotWiring wiring) {
    const path folder = installPlugin(plugin, directory.path());
    auto manifest = admission::parseManifest(readFile(folder / "plugin.json"));
    EXPECT_TRUE(manifest) << manifest.error().text();
    auto library = admission::openFile(folder / manifest->library);
    EXPECT_TRUE(library);
    wiring.log = wiring.log ? wiring.log : log.sink();
    slot = plugins::makeSlot(*std::move(manifest), *std::move(library), std::move(settings), std::move(wiring));
}

TestCall SlotFixture::run(std::string tool, std::string parameters) {
    TestCall call(std::move(tool), std::move(parameters));
    slot->invoke(call.call());
    return call;
}

plugins::SlotSettings isolated(plugins::Isolation isolation) {
    plugins::SlotSettings settings;
    settings.isolation = isolation;
    settings.process.runner = TEST_RUNNER;
    return settings;
}

std::string nameOf(plugins::Isolation isolation) {
    switch (isolation) {
        case plugins::Isolation::process:
            return "Process";
        case plugins::Isolation::inProcess:
            return "InProcess";
        case plugins::Isolation::perCall:
            return "PerCall";
    }
    return "Unknown";
}

}  // namespace aip::tests
