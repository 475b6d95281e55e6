#include "plugin_bench.h"

#include "admission/gate.h"
#include "figures.h"
#include "hosting/library.h"
#include "plugins/make_slot.h"

#include <aip/ext/command_executor.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace aip::bench {
namespace {

using Clock = std::chrono::steady_clock;
using plugins::Isolation;

constexpr std::size_t kib = 1UL << 10U;
constexpr std::size_t mib = 1UL << 20U;
constexpr std::size_t largeMib = 50;

double microsecondsSince(Clock::time_point begin) {
    return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

std::string parametersFor(std::size_t size) {
    return fmt::format(R"({{"size":{}}})", size);
}

admission::Candidate admit(const std::filesystem::path& folder) {
    admission::Gate gate({});
    auto candidate = gate.examine(folder / "give");
    if (candidate.refusal) {
        throw std::runtime_error("plugin give: " + candidate.refusal->line());
    }
    return candidate;
}

/// The plugin without anything of ours around it.
class Function {
  public:
    explicit Function(base::Descriptor library) {
        const auto loaded = hosting::Library::load(std::move(library));
        if (!loaded) {
            throw std::runtime_error(loaded.error().text());
        }
        const aip_host host{sizeof(aip_host), AIP_ABI_MINOR, nullptr, [](auto...) {},
                            [](auto...) -> const void* { return nullptr; }};
        aip_status status = AIP_OK;
        _plugin = loaded->entry().create(&host, &status);
        _plugin->start(_plugin, text("{}"));
        _executor =
            static_cast<const aip_command_executor*>(_plugin->get_extension(_plugin, text(AIP_EXT_COMMAND_EXECUTOR)));
    }
    ~Function() {
        _plugin->stop(_plugin);
        _plugin->destroy(_plugin);
    }
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    /// Microseconds of each call.
    std::vector<double> call(std::size_t size, unsigned times) const {
        const std::string parameters = parametersFor(size);
        const aip_command command{sizeof(aip_command), 0, text("give"), text("action"), text(parameters)};
        std::vector<double> took;
        for (unsigned i = 0; i < times; ++i) {
            std::string result;
            const aip_call table = copyTo(result);
            const auto begin = Clock::now();
            _executor->execute(_plugin, &table, &command);
            took.push_back(microsecondsSince(begin));
            if (result.size() != size) {
                throw std::runtime_error("the plugin gave something else");
            }
        }
        return took;
    }

  private:
    static aip_text text(std::string_view view) { return {view.data(), view.size()}; }

    static aip_call copyTo(std::string& result) {
        aip_call table{};
        table.struct_size = sizeof(aip_call);
        table.context = &result;
        table.set_result = [](const aip_call* call, aip_text json) {
            static_cast<std::string*>(call->context)->assign(json.data, json.size);
        };
        return table;
    }

    aip_plugin* _plugin = nullptr;
    const aip_command_executor* _executor = nullptr;
};

/// Calls that follow each other through a slot, each begun by the completion of the one before.
class Chain {
  public:
    Chain(plugins::Slot& slot, std::size_t size, unsigned times)
        : _slot(slot), _size(size), _left(times), _parameters(parametersFor(size)) {}

    /// Microseconds of each call.
    std::vector<double> run() {
        auto done = _done.get_future();
        next();
        if (const std::string problem = done.get(); !problem.empty()) {
            throw std::runtime_error(problem);
        }
        return std::move(_took);
    }

  private:
    void next() {
        hosting::Call::Request request;
        request.id = "bench";
        request.tool = "give";
        request.toolType = "action";
        request.parameters = _parameters;
        request.deadline = Clock::now() + std::chrono::minutes(1);
        auto call = std::make_shared<hosting::Call>(std::move(request),
                                                    [this](const hosting::Outcome& outcome) { finished(outcome); });
        _begin = Clock::now();
        _slot.invoke(std::move(call));
    }

    void finished(const hosting::Outcome& outcome) {
        _took.push_back(microsecondsSince(_begin));
        if (outcome.json.size() != _size) {
            _done.set_value("the plugin gave something else: " + outcome.error);
        } else if (--_left == 0) {
            _done.set_value({});
        } else {
            next();
        }
    }

    plugins::Slot& _slot;
    const std::size_t _size;
    unsigned _left;
    const std::string _parameters;
    Clock::time_point _begin;
    std::vector<double> _took;
    std::promise<std::string> _done;
};

using Calls = std::function<std::vector<double>(std::size_t size, unsigned times)>;

CallCost cost(const Calls& call, unsigned small, unsigned middle, unsigned large) {
    call(kib, 3);
    CallCost cost;
    cost.p50Us1Kib = quantile(call(kib, small), 0.5);
    cost.p50Us1Mib = quantile(call(mib, middle), 0.5);
    cost.mibS50 = largeMib * 1e6 / quantile(call(largeMib * mib, large), 0.5);
    return cost;
}

CallCost costOf(const PluginOptions& options, Isolation isolation) {
    admission::Candidate candidate = admit(options.plugins);
    plugins::SlotSettings settings;
    settings.isolation = isolation;
    settings.process.runner = options.runner;
    settings.process.startAhead = {};  // a start is what is measured
    const auto slot = plugins::makeSlot(*std::move(candidate.manifest), std::move(candidate.library), settings);
    const Calls calls = [&slot](std::size_t size, unsigned times) { return Chain(*slot, size, times).run(); };
    const bool fresh = isolation == Isolation::perCall;
    const unsigned small = fresh ? options.freshCalls : options.calls;
    const auto result = fresh ? cost(calls, small, small, std::max(1U, small / 10))
                              : cost(calls, small, std::max(1U, small / 5), std::max(1U, small / 100));
    slot->stop(std::chrono::seconds(5));
    return result;
}

CallCost costOfFunction(const PluginOptions& options) {
    const Function function(admit(options.plugins).library);
    const unsigned times = options.calls;
    return cost([&](std::size_t size, unsigned count) { return function.call(size, count); }, times,
                std::max(1U, times / 5), std::max(1U, times / 100));
}

std::string toJson(const CallCost& cost) {
    return fmt::format(R"({{"p50_us_1_kib":{:.4g},"p50_us_1_mib":{:.4g},"mib_s_50":{:.4g}}})", cost.p50Us1Kib,
                       cost.p50Us1Mib, cost.mibS50);
}

}  // namespace

PluginReport measurePlugin(const PluginOptions& options, std::ostream& progress) {
    const auto say = [&progress](const char* what) { progress << "aip-bench: " << what << std::endl; };
    PluginReport report;
    say("the floor");
    report.floor = measurePluginFloor(options.runner, options.calls, options.freshCalls);
    say("the function");
    report.function = costOfFunction(options);
    say("in this process");
    report.inProcess = costOf(options, Isolation::inProcess);
    say("in a process of its own");
    report.process = costOf(options, Isolation::process);
    say("in a fresh process for each call");
    report.perCall = costOf(options, Isolation::perCall);
    return report;
}

std::string toJson(const PluginReport& report) {
    return fmt::format(R"({{"in_process":{},"process":{},"per_call":{},"function":{},)"
                       R"("floor":{{"round_trip_us":{:.4g},"spawn_us":{:.4g}}}}})",
                       toJson(report.inProcess), toJson(report.process), toJson(report.perCall),
                       toJson(report.function), report.floor.roundTripUs, report.floor.spawnUs);
}

void writeTable(const PluginReport& report, std::ostream& out) {
    out << fmt::format("{:<24}{:>14}{:>14}{:>16}  {}\n", "one call", "1 KiB, us", "1 MiB, us", "50 MiB, MiB/s",
                       "targets");
    const auto line = [&out](const char* name, const CallCost& cost, const char* targets) {
        out << fmt::format("{:<24}{:>14.2f}{:>14.1f}{:>16.0f}  {}\n", name, cost.p50Us1Kib, cost.p50Us1Mib, cost.mibS50,
                           targets);
    };
    line("the function", report.function, "");
    line("in process", report.inProcess, "1 KiB <= the function + 2");
    line("process of its own", report.process, "1 KiB <= 25, 50 MiB >= 1431 (1.5 GB/s)");
    line("process for each call", report.perCall, "1 KiB <= 5000");
    out << fmt::format(
        "floor: {:.2f} us for a round trip between two processes, {:.0f} us to start and end the runner\n",
        report.floor.roundTripUs, report.floor.spawnUs);
}

}  // namespace aip::bench
