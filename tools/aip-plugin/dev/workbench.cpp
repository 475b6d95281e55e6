#include "dev/workbench.h"

#include "dev/process.h"
#include "install.h"
#include "plugin_file.h"
#include "timings.h"

#include <algorithm>
#include <exception>
#include <sstream>
#include <system_error>
#include <utility>

namespace aip::tool::dev {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds checkedWithin{60};

fs::path ownProgram() {
    return fs::read_symlink("/proc/self/exe");
}

Place placeFor(const Workbench::Settings& settings, const fs::path& work) {
    return {settings.folder, settings.build.empty() ? work / "build" : settings.build,
            ownProgram().parent_path().parent_path(), settings.again || !settings.build.empty()};
}

/// The lines of a score card that an author must read.
std::string findingsIn(const std::string& card) {
    std::istringstream in(card);
    std::string findings;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("  ") && !line.starts_with("  pass  ")) {
            findings += line + "\n";
        }
    }
    return findings;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

}  // namespace

Workbench::Workbench(Events& events, Console& console, Kind kind, Settings settings)
    : _events(events),
      _console(console),
      _settings(std::move(settings)),
      _sources(_settings.folder),
      _builder(makeBuilder(kind, placeFor(_settings, _work.path()), events)) {
    fs::create_directory(_work.path() / "plugins");
}

void Workbench::makeIfChanged() {
    if (const auto names = _sources.changes(); !names.empty()) {
        _console.tell("changed: " + joined(names));
        make();
    }
}

bool Workbench::make() {
    const auto begun = Events::Clock::now();
    std::optional<base::Error> problem;
    try {
        const auto made = makeAll();
        if (made) {
            _console.tell(*made + " runs after " + shown(Events::Clock::now() - begun));
            return true;
        }
        problem = made.error();
    } catch (const std::exception& error) {  // of files and processes
        problem = base::Error(base::Code::internal, error.what());
    }
    if (problem->code() != base::Code::cancelled) {
        const bool lines = problem->text().find('\n') != std::string::npos;
        _console.tell(std::string("it does not run:") + (lines ? "\n" : " ") + problem->text());
        if (_settings.again) {
            _console.tell(runs() ? "the last one that worked goes on" : "waiting for a change");
        }
    }
    return false;
}

base::Result<std::string> Workbench::makeAll() {
    auto built = _builder->build();
    if (!built) {
        return std::move(built).error();
    }
    std::ranges::for_each(built->written, [this](const auto& name) { _sources.written(name); });
    if (!built->remark.empty()) {
        _console.tell(built->remark);
    }
    auto names = install(built->plugins);
    if (!names) {
        return names;
    }
    if (!_agent) {
        _agent =
            std::make_unique<PrivateAgent>(_events,
                                           PrivateAgent::Settings{ownProgram().parent_path(), _work.path(),
                                                                  _work.path() / "plugins", _ids, _settings.defines},
                                           [this](const std::string& line) { _console.say(line); });
    }
    auto loaded = _agent->load();
    return loaded ? std::move(names) : std::move(loaded).error();
}

base::Result<std::string> Workbench::install(const std::vector<fs::path>& plugins) {
    std::string names;
    _ids.clear();
    for (const auto& folder : plugins) {
        const auto plugin = openPlugin(folder);
        if (!plugin) {
            return base::Error(plugin.error()).within(folder.filename().string());
        }
        const auto installed = tool::install(*plugin, _work.path() / "plugins");
        if (!installed) {
            return installed.error();
        }
        _ids.push_back(plugin->manifest.id);
        names += (names.empty() ? "" : ", ") + plugin->manifest.id + " " + plugin->manifest.version;
        check(*installed);
    }
    return names;
}

void Workbench::check(const fs::path& plugin) {
    const auto card =
        runProgram(_events, {.words = {ownProgram(), "check", "--quick", plugin}, .folder = {}}, checkedWithin);
    const std::string findings = card ? findingsIn(card->output) : card.error().text() + "\n";
    if (!findings.empty() && !_events.stopped()) {
        _console.tell("check:\n" + findings);
    }
}

}  // namespace aip::tool::dev
