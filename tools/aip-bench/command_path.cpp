#include "command_path.h"

#include "allocations.h"
#include "device.h"
#include "execution/dispatcher.h"
#include "lifecycle/command_door.h"
#include "protocol/decoder.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace aip::bench {
namespace {

class InstantSlot final : public plugins::Slot {
  public:
    explicit InstantSlot(admission::Manifest manifest) : _manifest(std::move(manifest)) {}

    const admission::Manifest& manifest() const override { return _manifest; }
    plugins::SlotState state() const override { return plugins::SlotState::running; }
    std::string reason() const override { return {}; }
    hosting::Check start() override { return {}; }
    void invoke(std::shared_ptr<hosting::Call> call) override {
        call->begin();
        call->finish(hosting::Outcome::success("null"));
    }
    void cancelled(const hosting::Call& /*call*/) override {}
    bool abandon(const hosting::Call& /*call*/) override { return false; }
    bool revive() override { return false; }
    bool stop(std::chrono::milliseconds /*limit*/) override { return true; }

  private:
    const admission::Manifest _manifest;
};

std::shared_ptr<plugins::Slot> instantSlot() {
    admission::ToolManifest tool;
    tool.name = "echo";
    tool.type = execution::actionType;
    tool.nameSpace = "Bench";
    tool.inputSchema = R"({"type":"object","properties":{"text":{"type":"string"}},"required":["text"]})";
    tool.outputSchema = tool.meta = tool.annotations = "null";
    admission::Manifest manifest;
    manifest.id = "instant";
    manifest.version = "1.0.0";
    manifest.tools.push_back(std::move(tool));
    return std::make_shared<InstantSlot>(std::move(manifest));
}

/// The rooms that a COMMAND passes through, and how many results have come out of them.
class CommandPath {
  public:
    std::size_t results() const { return _results; }
    void submit(const protocol::ServerMessagePtr& command) { _door.submit(command); }

  private:
    std::size_t _results = 0;
    base::SystemClock _clock;
    base::TimerQueue _timers;
    execution::AllowAll _policy;
    execution::RunningCalls _calls{_clock};
    const execution::LiveRouter _router{{{"BenchAgent", "default", {"Bench"}, {}}},
                                        execution::ToolTable::build({instantSlot()})};
    execution::Dispatcher _dispatcher{_router, _policy, _calls, _timers, _clock, {}};
    lifecycle::CommandDoor _door{
        _dispatcher, {}, [this](const lifecycle::FinishedBatch& batch) { _results += batch.results.size(); }};
};

void run(benchmark::State& state, int actions) {
    const std::string text(Command("echo", R"({"text":"hello"})", actions).next());
    const auto command = std::get<protocol::ServerMessagePtr>(protocol::Decoder().decode(text));
    CommandPath path;
    path.submit(command);
    const Allocations before = allocations();
    for (auto turn : state) {
        path.submit(command);
    }
    const auto turns = static_cast<double>(state.iterations());
    state.counters["allocations"] = static_cast<double>(allocations().count - before.count) / turns;
    state.counters["bytes"] = static_cast<double>(allocations().bytes - before.bytes) / turns;
    if (path.results() != (state.iterations() + 1) * static_cast<std::size_t>(actions)) {
        state.SkipWithError("not every action has its result");
    }
}

}  // namespace

void addCommandPath() {
    for (const int actions : {1, 16}) {
        benchmark::RegisterBenchmark(fmt::format("command/recorded/{}", actions).c_str(), run, actions);
    }
}

}  // namespace aip::bench
