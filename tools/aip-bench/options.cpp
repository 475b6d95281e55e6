#include "options.h"

#include "base/nearest.h"
#include "process.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace aip::bench {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct Row {
    std::string_view name;
    bool takesValue;
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
    {"json", false, [](O& o, T) { return set(o.json); }},
    {"quick", false, [](O& o, T) { return beQuick(o); }},
    {"filter", true, [](O& o, T v) { return o.filter = v, Result<void>(); }},
    {"compare", true, [](O& o, T v) { return path(o.compare, v); }},
    {"record", true, [](O& o, T v) { return o.record = v, Result<void>(); }},
    {"agent", true, [](O& o, T v) { return path(o.link.agent, v); }},
    {"floor", true, [](O& o, T v) { return path(o.link.floor, v); }},
    {"plugins", true,
     [](O& o, T v) {
         auto done = path(o.link.plugins, v);
         o.plugin.plugins = o.link.plugins;
         return done;
     }},
    {"runner", true, [](O& o, T v) { return path(o.plugin.runner, v); }},
    {"calls", true, [](O& o, T v) { return number(o.plugin.calls, v); }},
    {"fresh-calls", true, [](O& o, T v) { return number(o.plugin.freshCalls, v); }},
    {"rounds", true, [](O& o, T v) { return number(o.link.rounds, v); }},
    {"singles", true, [](O& o, T v) { return number(o.link.singles, v); }},
    {"pace", true, [](O& o, T v) { return pause(o.link.pace, v); }},
    {"paced", true, [](O& o, T v) { return number(o.link.paced, v); }},
    {"batches", true, [](O& o, T v) { return number(o.link.batches, v); }},
    {"echoes", true, [](O& o, T v) { return number(o.link.echoes, v); }},
    {"parallel", true, [](O& o, T v) { return number(o.link.parallel, v); }},
    {"heartbeats", true, [](O& o, T v) { return number(o.link.heartbeats, v); }},
    {"idle-seconds", true, [](O& o, T v) { return number(o.link.idle, v); }},
};

constexpr std::pair<std::string_view, Mode> commands[] = {
    {"link", Mode::link},
    {"micro", Mode::micro},
    {"plugin", Mode::plugin},
    {"calls", Mode::calls},
};

Error unknown(std::string_view word) {
    std::vector<std::string> names;
    for (const Row& row : table) {
        names.push_back("--" + std::string(row.name));
    }
    const std::string name(word.substr(0, word.find('=')));
    return {Code::invalid, "unknown option '" + name + "'" + base::didYouMean(name, names)};
}

Result<void> apply(Options& options, std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto* const row =
        std::ranges::find_if(table, [&](const Row& each) { return name == "--" + std::string(each.name); });
    if (row == std::end(table)) {
        return unknown(word);
    }
    if (row->takesValue != (equals != std::string_view::npos)) {
        return Error(Code::invalid,
                     std::string(name) + (row->takesValue ? " needs a value: " + std::string(name) + "=..."
                                                          : std::string(" takes no value")));
    }
    auto done = row->apply(options, row->takesValue ? word.substr(equals + 1) : std::string_view());
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
    const auto* const known = std::ranges::find(commands, command, &std::pair<std::string_view, Mode>::first);
    if (known == std::end(commands)) {
        return Error(Code::invalid, "unknown command '" + std::string(command) + "'");
    }
    options.mode = known->second;
    for (const std::string_view word : words.subspan(1)) {
        if (word == "--help") {
            options.mode = Mode::help;
        } else if (auto done = apply(options, word); !done) {
            return std::move(done).error();
        }
    }
    return options;
}

std::string_view helpText() {
    return R"(aip-bench - how fast and how small the agent is

  aip-bench link [OPTION]...
      Drives real agents over loopback, whose plugin runs in the agent, in a process of its own (the default) and in a
      process for each call, and in turns with them two floors: the least client that can answer the same frames, and
      the least that reads, answers and writes each action. Prints medians of several rounds. Needs a quiet machine
      and the release build.
  aip-bench micro [--filter=REGEX] [--json] [--quick]
      Decoding and encoding of every message, a COMMAND from decoded to recorded, masking, UTF-8 check, JSON escape: time, allocations, bytes allocated.
  aip-bench plugin [OPTION]...
      One call of a plugin whose result has 1 KiB, 1 MiB and 50 MiB: called as a function, in this process, in a
      process of its own, in a fresh process for each call. Needs a quiet machine and the release build.
  aip-bench calls [--calls=N] [--fresh-calls=N] [--json] [--quick]
      One small call of each kind of plugin - in process, own process, per call, exec, stdio, MCP server - beside a bare
      fork+exec and a bare pipe round trip, in turns; a process per call beside one without namespaces, which tells what
      confinement costs at each start; an image of 10 MiB from an MCP server beside the bare pipe, and the time until
      its tools are listed beside its own.
  aip-bench --help | --version

  --json             one JSON object instead of a table
  --compare=FILE     of link, plugin and calls: beside each figure that of FILE, an earlier report as JSON, and the
                     ratio of the two
  --record=FILE      the same: writes the report as JSON, for --compare
  --quick            a few of everything, to see that it works; the figures mean little
  --rounds=N         default 5; --quick comes before what changes it
  --singles=N        single commands per round (2000)
  --pace=5ms         the pause before each paced command
  --paced=N          paced commands per round (100)
  --batches=N        batches of 50 commands per round (200)
  --echoes=N         echoes of each size per round (5)
  --parallel=N       commands of each of 8 sessions side by side (100)
  --heartbeats=N     heartbeats counted while all workers spin (100)
  --idle-seconds=N   how long the idle agent is left alone, and then watched (60)
  --calls=N          calls of 1 KiB (5000); a fifth of them of 1 MiB, a hundredth of 50 MiB
  --fresh-calls=N    the same with a process for each (200); a tenth of them of 50 MiB
  --agent=FILE --floor=FILE --plugins=FOLDER --runner=FILE
                     what is measured, instead of what was built with this program

Exit codes: 0 done, 1 it could not be measured, 2 wrong usage.
)";
}

}  // namespace aip::bench
