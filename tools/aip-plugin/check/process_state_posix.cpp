#include "process_state_posix.h"

#include "caller.h"
#include "child.h"
#include "generate/value_generator.h"
#include "runner.h"
#include "scratch_folder.h"
#include "tool_watch.h"

#include <array>
#include <clocale>
#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::tool {
namespace {

constexpr std::chrono::seconds callTime{3};

using Handler = void (*)(int);

struct ProcessState {
    std::string folder;
    mode_t mask = 0;
    std::string locale;
    std::map<std::string, std::string> environment;
    std::array<Handler, 32> handlers{};
};

std::map<std::string, std::string> environmentNow() {
    std::map<std::string, std::string> all;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text(*entry);
        const auto equals = std::min(text.find('='), text.size());
        all[std::string(text.substr(0, equals))] = text.substr(equals);
    }
    return all;
}

ProcessState stateNow() {
    ProcessState state;
    std::error_code ignored;
    state.folder = std::filesystem::current_path(ignored);
    state.mask = ::umask(0);
    ::umask(state.mask);
    state.locale = std::setlocale(LC_ALL, nullptr);
    state.environment = environmentNow();
    for (int signal = 1; signal < 32; ++signal) {
        struct sigaction action {};
        ::sigaction(signal, nullptr, &action);
        state.handlers[static_cast<std::size_t>(signal)] = action.sa_handler;
    }
    return state;
}

std::string octal(mode_t mask) {
    std::ostringstream out;
    out << '0' << std::oct << mask;
    return out.str();
}

/// Each difference as a line.
std::string compare(const ProcessState& before, const ProcessState& after) {
    std::string lines;
    if (before.folder != after.folder) {
        lines += "the working directory is " + after.folder + "\n";
    }
    if (before.mask != after.mask) {
        lines += "the umask is " + octal(after.mask) + " instead of " + octal(before.mask) + "\n";
    }
    if (before.locale != after.locale) {
        lines += "the locale is " + after.locale + " instead of " + before.locale + "\n";
    }
    for (std::size_t signal = 1; signal < before.handlers.size(); ++signal) {
        if (before.handlers[signal] != after.handlers[signal]) {
            lines += std::string("the handler of SIG") + ::sigabbrev_np(static_cast<int>(signal)) + " is another\n";
        }
    }
    for (const auto& [name, value] : after.environment) {
        const auto old = before.environment.find(name);
        if (old == before.environment.end() || old->second != value) {
            lines += "the environment has another " + name + "\n";
        }
    }
    for (const auto& [name, value] : before.environment) {
        if (!after.environment.contains(name)) {
            lines += "the environment has lost " + name + "\n";
        }
    }
    return lines;
}

void callAll(plugins::Slot& slot, const std::vector<admission::ToolManifest>& offered, const ToolChoice& chosen) {
    const auto end = std::chrono::steady_clock::now() + callTime;
    Caller caller(slot, {std::chrono::milliseconds(500), std::chrono::milliseconds(500)});
    for (const auto& tool : offered) {
        auto generator = ValueGenerator::make(tool.inputSchema, 1);
        for (int i = 0; chosen(tool) && generator && i < 5 && std::chrono::steady_clock::now() < end; ++i) {
            if (const auto input = generator->valid()) {
                static_cast<void>(caller.call(tool, *input));
            }
        }
    }
}

std::string changes(const PluginFile& plugin, const std::string& settings, const ToolChoice& chosen,
                    const std::filesystem::path& state) {
    auto slot = makeSlot(plugin, {.configJson = settings,
                                  .log = [](int, std::string_view) {},
                                  .stopLimit = std::chrono::seconds(1),
                                  .state = state,
                                  .inProcess = true});
    const auto before = stateNow();
    if (!slot) {
        throw std::runtime_error(slot.error().text());
    }
    ToolWatch watch(**slot);
    if (const auto started = (*slot)->start(); !started) {
        throw std::runtime_error(started.error().line());
    }
    callAll(**slot, watch.tools(callTime), chosen);
    const auto after = stateNow();
    (*slot)->stop(std::chrono::seconds(1));
    return compare(before, after) + compare(after, stateNow());
}

}  // namespace

base::Result<std::vector<std::string>> changedByPlugin(const PluginFile& plugin, const std::string& settings,
                                                       const ToolChoice& chosen) {
    const ScratchFolder state;
    const auto said =
        askChild([&] { return changes(plugin, settings, chosen, state.path()); }, "was called", 3 * callTime);
    if (!said) {
        return said.error();
    }
    std::vector<std::string> lines;
    std::istringstream in(*said);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace aip::tool
