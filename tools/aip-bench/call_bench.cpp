#include "call_bench.h"

#include "admission/gate.h"
#include "base/json_text.h"
#include "by_hand.h"
#include "figures.h"
#include "plugins/make_slot.h"
#include "plugins/server_settings.h"
#include "process.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

namespace aip::bench {
namespace {

using Clock = std::chrono::steady_clock;
using plugins::Isolation;
using Floor = std::function<void()>;

std::string lineFor(const std::string& tool) {
    return R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + tool +
           R"(","arguments":{},"_meta":{"progressToken":1}}})" + "\n";
}
constexpr auto opening =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})"
    "\n";
constexpr auto listing = R"({"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}})"
                         "\n";

using SlotPtr = std::shared_ptr<plugins::Slot>;

/// How a plugin is run.
struct Way {
    Isolation isolation = Isolation::process;
    bool hostView = false;  ///< without namespaces
};

SlotPtr slotOf(admission::Candidate candidate, const PluginOptions& options, Way way) {
    if (candidate.refusal) {
        throw std::runtime_error(candidate.refusal->line());
    }
    plugins::SlotSettings settings;
    settings.isolation = way.isolation;
    settings.process.confinement.hostView = way.hostView;
    settings.process.runner = options.runner;
    settings.process.startAhead = {};  // what a start costs is what is measured
    return plugins::makeSlot(*std::move(candidate.manifest), std::move(candidate.library), settings);
}

SlotPtr serverSlot(const Command& command, const PluginOptions& options) {
    plugins::ServerSettings settings;
    settings.spec.command = command;
    settings.spec.folder = "/";
    admission::Gate gate({});
    return slotOf(gate.examineServer(plugins::manifestOf("Canned", settings)), options, {});
}

/// A plugin at work, and the call of it that is measured.
class Subject {
  public:
    Subject(const std::filesystem::path& folder, const PluginOptions& options, Way way, std::string parameters)
        : _parameters(std::move(parameters)) {
        admission::Gate gate({});
        _slot = slotOf(gate.examine(folder), options, way);
        _tool = _slot->manifest().tools.front().name;
    }
    Subject(SlotPtr slot, std::string tool) : _parameters("{}"), _tool(std::move(tool)), _slot(std::move(slot)) {}
    ~Subject() { _slot->stop(std::chrono::seconds(5)); }
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    /// Until the answer is there, not until this thread has heard of it.
    double microseconds() const {
        hosting::Call::Request request;
        request.id = "bench";
        request.tool = _tool;
        request.toolType = "action";
        request.parameters = _parameters;
        request.deadline = Clock::now() + std::chrono::minutes(1);
        const auto done = std::make_shared<std::promise<double>>();  // it may still be in use when we have the answer
        auto answer = done->get_future();
        const auto begun = Clock::now();
        _slot->invoke(
            std::make_shared<hosting::Call>(std::move(request), [begun, done](const hosting::Outcome& outcome) {
                const std::chrono::duration<double, std::micro> took = Clock::now() - begun;
                outcome.ok() ? done->set_value(took.count())
                             : done->set_exception(std::make_exception_ptr(std::runtime_error(outcome.error)));
            }));
        return answer.get();
    }

  private:
    const std::string _parameters;
    std::string _tool;
    SlotPtr _slot;
};

/// A program as the plugin `id`, in a folder of its own below `folder`.
std::filesystem::path writeProgram(const std::filesystem::path& folder, const std::string& id, const Command& command,
                                   const std::string& protocol) {
    std::string words;
    for (const auto& word : command) {
        words += (words.empty() ? "" : ",") + base::jsonString(word);
    }
    std::filesystem::create_directory(folder / id);
    std::ofstream(folder / id / "plugin.json")
        << R"({"schema_version":1,"id":")" << id << R"(","version":"1.0.0","description":"For aip-bench.","command":[)"
        << words << R"(],"protocol":")" << protocol
        << R"(","files":[],"tools":[{"name":"t","type":"action","namespace":"Bench","description":"Nothing.",)"
           R"("input_schema":{"type":"object"}}]})";
    return folder / id;
}

/// In turns with its floor, so that both meet the same machine.
CallRow measure(std::string kind, const Subject& subject, unsigned rounds, std::string floorName, const Floor& floor) {
    std::vector<double> calls;
    std::vector<double> bare;
    subject.microseconds();
    for (unsigned i = 0; i < rounds; ++i) {
        bare.push_back(floor ? microseconds(floor) : 0);
        calls.push_back(subject.microseconds());
    }
    return {std::move(kind),
            quantile(std::move(calls), 0.5),
            std::move(floorName),
            quantile(std::move(bare), 0.5),
            {},
            true};
}

/// Until the tools are listed. Both end outside of the time.
CallRow measureStart(const Command& server, const PluginOptions& options, unsigned rounds) {
    std::vector<double> starts;
    std::vector<double> bare;
    for (unsigned i = 0; i < rounds; ++i) {
        std::unique_ptr<PipePeer> peer;
        bare.push_back(microseconds([&] {
            peer = std::make_unique<PipePeer>(server);
            peer->roundTrip(opening);
            peer->roundTrip(listing);
        }));
        const auto slot = serverSlot(server, options);
        starts.push_back(microseconds([&] {
            if (const auto started = slot->start(); !started || slot->dynamicTools().size() != 2) {
                throw std::runtime_error(started ? "the server has other tools" : started.error().line());
            }
        }));
        slot->stop(std::chrono::seconds(5));
    }
    return {"MCP server, start",
            quantile(std::move(starts), 0.5),
            "its own time",
            quantile(std::move(bare), 0.5),
            {},
            true};
}

CallRow withGoal(CallRow row, double factor, double plusUs) {
    row.goal = fmt::format("{} x the floor{}", factor, plusUs > 0 ? fmt::format(" + {} us", plusUs) : "");
    row.met = row.callUs <= factor * row.floorUs + plusUs;
    return row;
}

}  // namespace

std::vector<CallRow> measureCalls(const PluginOptions& options, std::ostream& progress) {
    const TemporaryFolder work;
    std::filesystem::permissions(work.path(), std::filesystem::perms(0755));
    const std::string give = R"({"size":1024})";
    const Command nothing{"/bin/true"};
    const Command shell{"/bin/bash", "-c", "echo 1"};
    const Command server{(ownFolder() / "aip-bench-canned-server").string()};
    const PipePeer peer(server);
    const Floor roundTrip = [&peer, line = lineFor("t")] { peer.roundTrip(line); };
    const Floor image = [&peer, line = lineFor("image")] { peer.roundTrip(line); };
    const auto start = [](const Command& command) { return Floor([&command] { runByHand(command); }); };
    const auto say = [&progress](const char* what) { progress << "aip-bench: " << what << std::endl; };
    std::vector<CallRow> rows;
    const auto library = [&](Isolation isolation, bool hostView = false) {
        return std::make_unique<Subject>(options.plugins / "give", options, Way{isolation, hostView}, give);
    };
    const auto program = [&](const char* id, const Command& command, const char* protocol) {
        return std::make_unique<Subject>(writeProgram(work.path(), id, command, protocol), options, Way{}, "{}");
    };
    say("libraries");
    rows.push_back(measure("in process", *library(Isolation::inProcess), options.calls, "", {}));
    rows.push_back(measure("own process", *library(Isolation::process), options.calls, "pipe round trip", roundTrip));
    rows.push_back(
        measure("per call", *library(Isolation::perCall), options.freshCalls, "fork+exec /bin/true", start(nothing)));
    const auto unconfined = library(Isolation::perCall, true);
    rows.push_back(withGoal(measure("per call, confined", *library(Isolation::perCall), options.freshCalls,
                                    "the same with host view", [&] { unconfined->microseconds(); }),
                            1, 4'000));
    say("programs");
    rows.push_back(withGoal(measure("exec /bin/true", *program("nothing", nothing, "exec"), options.freshCalls,
                                    "fork+exec /bin/true", start(nothing)),
                            1.5, 0));
    rows.push_back(withGoal(
        measure("exec bash", *program("shell", shell, "exec"), options.freshCalls, "fork+exec bash", start(shell)), 1.5,
        0));
    rows.push_back(withGoal(
        measure("stdio", *program("canned", server, "stdio"), options.calls, "pipe round trip", roundTrip), 1.3, 30));
    say("MCP servers");
    rows.push_back(withGoal(
        measure("MCP server", Subject(serverSlot(server, options), "t"), options.calls, "pipe round trip", roundTrip),
        1.3, 30));
    rows.push_back(withGoal(measure("MCP server, 10 MiB image", Subject(serverSlot(server, options), "image"),
                                    options.freshCalls, "pipe, 10 MiB", image),
                            2, 0));
    rows.push_back(withGoal(measureStart(server, options, options.freshCalls / 10 + 1), 1, 20'000));
    return rows;
}

std::string toJson(const std::vector<CallRow>& rows) {
    std::string text;
    for (const auto& row : rows) {
        text +=
            fmt::format(R"({}{}:{{"us":{:.4g},"floor_us":{}}})", text.empty() ? "" : ",", base::jsonString(row.kind),
                        row.callUs, row.floor.empty() ? "null" : fmt::format("{:.4g}", row.floorUs));
    }
    return "{" + text + "}";
}

void writeTable(const std::vector<CallRow>& rows, std::ostream& out) {
    out << "| one call, p50 | us | floor, us | ratio | goal |\n|---|---:|---:|---:|---|\n";
    for (const auto& row : rows) {
        const bool bare = !row.floor.empty();
        out << fmt::format("| {} | {:.4g} | {} | {} | {} |\n", row.kind, row.callUs,
                           bare ? fmt::format("{:.4g} ({})", row.floorUs, row.floor) : "",
                           bare ? fmt::format("{:.2f}", row.callUs / row.floorUs) : "",
                           row.goal.empty() ? "" : row.goal + (row.met ? ": met" : ": missed"));
    }
    out << std::flush;
}

}  // namespace aip::bench
