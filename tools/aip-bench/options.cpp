#include "options.h"

#include "base/help.h"
#include "base/nearest.h"
#include "process.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace aip::bench {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct Row {
    std::string_view name;
    std::string_view value;  ///< what stands for it in the help; empty: it takes none
    std::string_view meaning;
    Result<void> (*apply)(Options& options, std::string_view value);
};

template <typename Number>
Result<void> number(Number& out, std::string_view text) {
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value == 0 || value > 1'000'000) {
        return Error(Code::invalid, "'" + std::string(text) + "' is not a whole number from 1 to 1000000");
    }
    out = Number(value);
    return {};
}

Result<void> path(std::filesystem::path& out, std::string_view text) {
    out = std::filesystem::absolute(text);
    if (!std::filesystem::exists(out)) {
        return Error(Code::notFound, "'" + out.string() + "' does not exist");
    }
    return {};
}

Result<void> pause(std::chrono::milliseconds& out, std::string_view text) {
    const std::string_view digits = text.ends_with("ms") ? text.substr(0, text.size() - 2) : text;
    return number(out, digits);
}

Result<void> set(bool& out) {
    out = true;
    return {};
}

Result<void> beQuick(Options& options) {
    options.quick = true;
    options.link.rounds = 1;
    options.link.singles = 40;
    options.link.paced = 4;
    options.link.batches = 4;
    options.link.echoes = 1;
    options.link.parallel = 4;
    options.link.heartbeats = 5;
    options.link.idle = std::chrono::seconds(1);
    options.plugin.calls = 20;
    options.plugin.freshCalls = 3;
    return {};
}

using O = Options;
using T = std::string_view;

constexpr Row table[] = {
    {"json", "", "one JSON object instead of a table", [](O& o, T) { return set(o.json); }},
    {"quick", "", "a few of everything, to see that it works; the figures mean little",
     [](O& o, T) { return beQuick(o); }},
    {"filter", "REGEX", "micro: the rows whose names match", [](O& o, T v) { return o.filter = v, Result<void>(); }},
    {"compare", "FILE",
     "of link, plugin and calls: beside each figure that of FILE, a recorded report, and the ratio of the two",
     [](O& o, T v) { return path(o.compare, v); }},
    {"record", "FILE", "writes the report as JSON, too, for --compare",
     [](O& o, T v) { return o.record = v, Result<void>(); }},
    {"agent", "FILE", "the agent that is measured, instead of the one built with this program",
     [](O& o, T v) { return path(o.link.agent, v); }},
    {"floor", "FILE", "the same of aip-bench-floor; with --tls, FILE-tls",
     [](O& o, T v) { return path(o.link.floor, v); }},
    {"plugins", "FOLDER", "the same of the folder of its plugins",
     [](O& o, T v) {
         auto done = path(o.link.plugins, v);
         o.plugin.plugins = o.link.plugins;
         return done;
     }},
    {"runner", "FILE", "the same of aip-plugin-runner", [](O& o, T v) { return path(o.plugin.runner, v); }},
    {"calls", "N", "calls of 1 KiB (5000); a fifth of them of 1 MiB, a hundredth of 50 MiB",
     [](O& o, T v) { return number(o.plugin.calls, v); }},
    {"fresh-calls", "N", "the same with a process for each (200); a tenth of them of 50 MiB",
     [](O& o, T v) { return number(o.plugin.freshCalls, v); }},
    {"no-per-call", "", "link without the agent that starts a process for each call, which takes longest",
     [](O& o, T) { return o.link.perCall = false, Result<void>(); }},
    {"tls", "", "link over TLS: the agents, the floors and the driver speak it",
     [](O& o, T) { return set(o.link.tls); }},
    {"rounds", "N", "rounds (5); --quick comes before what changes it",
     [](O& o, T v) { return number(o.link.rounds, v); }},
    {"singles", "N", "single commands per round (2000)", [](O& o, T v) { return number(o.link.singles, v); }},
    {"pace", "TIME", "the pause before each paced command (5ms)", [](O& o, T v) { return pause(o.link.pace, v); }},
    {"paced", "N", "paced commands per round (100)", [](O& o, T v) { return number(o.link.paced, v); }},
    {"batches", "N", "batches of 50 commands per round (200)", [](O& o, T v) { return number(o.link.batches, v); }},
    {"echoes", "N", "echoes of each size per round (5)", [](O& o, T v) { return number(o.link.echoes, v); }},
    {"parallel", "N", "commands of each of 8 sessions side by side (100)",
     [](O& o, T v) { return number(o.link.parallel, v); }},
    {"heartbeats", "N", "heartbeats counted while all workers spin (100)",
     [](O& o, T v) { return number(o.link.heartbeats, v); }},
    {"idle-seconds", "N", "how long the idle agent is left alone, and then watched (60)",
     [](O& o, T v) { return number(o.link.idle, v); }},
};

struct Command {
    std::string_view name;
    Mode mode;
    std::string_view summary;
};

constexpr Command commands[] = {
    {"link", Mode::link,
     "Drives real agents over loopback, whose plugin runs in the agent, in a process of its own (the default) and in a "
     "process for each call, and in turns with them two floors: the least client that can answer the same frames, and "
     "the least that reads, answers and writes each action. Prints medians of several rounds."},
    {"micro", Mode::micro,
     "Decoding and encoding of every message, a COMMAND from decoded to recorded, masking, UTF-8 check, JSON escape: "
     "time, allocations, bytes allocated."},
    {"plugin", Mode::plugin,
     "One call of a plugin whose result has 1 KiB, 1 MiB and 50 MiB: called as a function, in this process, in a "
     "process of its own, in a fresh process for each call."},
    {"calls", Mode::calls,
     "One small call of each kind of plugin - in process, own process, per call, exec, stdio, MCP server - beside a "
     "bare fork+exec and a bare pipe round trip, in turns; a process per call beside one without namespaces, which "
     "tells what confinement costs at each start; an image of 10 MiB from an MCP server beside the bare pipe, and the "
     "time until its tools are listed beside its own."},
};

Error unknown(std::string_view word) {
    std::vector<std::string> names;
    for (const Row& row : table) {
        names.push_back("--" + std::string(row.name));
    }
    const std::string name(word.substr(0, word.find('=')));
    return {Code::invalid, base::unknownWord(name) + base::didYouMean(name, names)};
}

Result<void> apply(Options& options, std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto* const row =
        std::ranges::find_if(table, [&](const Row& each) { return name == "--" + std::string(each.name); });
    if (row == std::end(table)) {
        return unknown(word);
    }
    const bool takesValue = !row->value.empty();
    if (takesValue != (equals != std::string_view::npos)) {
        return Error(Code::invalid, std::string(name) + (takesValue ? " needs a value: " + std::string(name) + "=..."
                                                                    : std::string(" takes no value")));
    }
    auto done = row->apply(options, takesValue ? word.substr(equals + 1) : std::string_view());
    return done ? Result<void>() : std::move(done).error().within(std::string(name));
}

Options defaults() {
    Options options;
    const auto folder = ownFolder();
    options.link.agent = folder / "aip-agent";
    options.link.floor = folder / "aip-bench-floor";
    options.link.plugins = folder.parent_path() / "lib" / "aip-bench" / "plugins";
    options.plugin.plugins = options.link.plugins;
    options.plugin.runner = folder.parent_path() / "lib" / "aip-agent" / "aip-plugin-runner";
    return options;
}

}  // namespace

Result<Options> parseOptions(std::span<char* const> words) {
    Options options = defaults();
    const std::string_view command = words.empty() ? "--help" : words[0];
    if (command == "--help" || command == "-h" || command == "--version") {
        options.mode = command == "--version" ? Mode::version : Mode::help;
        return options;
    }
    const auto* const known = std::ranges::find(commands, command, &Command::name);
    if (known == std::end(commands)) {
        return Error(Code::invalid, base::unknownWord(command));
    }
    options.mode = known->mode;
    for (const std::string_view word : words.subspan(1)) {
        if (word == "--help" || word == "-h") {
            options.mode = Mode::help;
        } else if (auto done = apply(options, word); !done) {
            return std::move(done).error();
        }
    }
    return options;
}

std::string help() {
    base::Help text{
        .usage = {"aip-bench COMMAND [OPTION]..."},
        .summary = "Measures how fast and how small the agent is.",
        .details = "link and plugin need a quiet machine and the release build.\n",
        .exitCodes = {{Exit::done, "done"}, {Exit::failed, "it could not be measured"}, {Exit::usage, "wrong usage"}},
        .more = "Read on: tools/BENCHMARKS.md."};
    for (const auto& command : commands) {
        text.commands.push_back({std::string(command.name), std::string(command.summary)});
    }
    for (const Row& row : table) {
        const std::string form = "--" + std::string(row.name) + (row.value.empty() ? "" : "=" + std::string(row.value));
        text.options.push_back({form, std::string(row.meaning)});
    }
    text.options.push_back({"-h, --help", "Show this help and exit."});
    text.options.push_back({"--version", "Show the version and the build, and exit."});
    return base::helpText(text);
}

}  // namespace aip::bench
