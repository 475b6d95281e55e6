#include "admission/exports.h"
#include "admission/gate.h"
#include "plugins/make_slot.h"
#include "runner.h"

#include <aip/ext/host_settings.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>

namespace aip::tool {
namespace {

/// As it is installed, beside the folder of this program. UNAVAILABLE without a /proc.
base::Result<std::filesystem::path> installedRunner() {
    std::error_code problem;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
    if (problem) {
        return base::Error(base::Code::unavailable, "/proc/self/exe: " + problem.message() + ": plugins need /proc");
    }
    return self.parent_path().parent_path() / "lib/aip-agent/aip-plugin-runner";
}

std::vector<std::string> namesIn(const std::string& text) {
    std::vector<std::string> names;
    std::istringstream in(text);
    for (std::string name; std::getline(in, name, ',');) {
        names.push_back(name);
    }
    return names;
}

hosting::HostSettings foldersOf(const PluginFile& plugin, const std::filesystem::path& state) {
    std::error_code failed;
    hosting::HostSettings folders{{AIP_HOST_PLUGIN_DIR, std::filesystem::canonical(plugin.folder, failed).string()}};
    if (!state.empty()) {
        folders[AIP_HOST_STATE_DIR] = state.string();
    }
    return folders;
}

base::Result<base::Descriptor> programIn(const std::filesystem::path& folder) {
    base::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) {
        return base::Error(base::Code::notFound, folder.string() + ": " + std::strerror(errno));
    }
    return opened;
}

/// As the agent does it: not through a link, and not what is built for another machine.
base::Result<base::Descriptor> nativeLibrary(const std::filesystem::path& file) {
    auto opened = admission::openLibraryFile(file);
    if (!opened) {
        return opened;
    }
    const auto image = admission::FileImage::map(opened->get());
    const auto exports = image ? admission::exportedSymbols(image->bytes()) : image.error();
    if (!exports) {
        return base::Error(exports.error()).within(file.string());
    }
    return opened;
}

}  // namespace

base::Result<std::shared_ptr<plugins::Slot>> makeSlot(const PluginFile& plugin, RunSettings settings) {
    if (plugin.manifest.program && settings.inProcess) {
        return base::Error(base::Code::unsupported, "a program has a process of its own: it cannot run in this one");
    }
    auto code = plugin.manifest.program ? programIn(plugin.folder) : nativeLibrary(plugin.library);
    if (!code) {
        return std::move(code).error();
    }
    auto runner = installedRunner();
    if (!runner) {
        return std::move(runner).error();
    }
    std::signal(SIGPIPE, SIG_IGN);  // a runner that is gone is not the end of us
    plugins::SlotSettings slot;
    slot.isolation = settings.inProcess ? plugins::Isolation::inProcess : plugins::Isolation::process;
    slot.trial = false;  // it would be a second start, in another process, while somebody debugs the first
    slot.sealed = false;
    slot.configJson = std::move(settings.configJson);
    slot.host = foldersOf(plugin, settings.state);
    slot.process.environment = namesIn(settings.environment);
    slot.process.runner = *std::move(runner);
    slot.process.stopTimeout = settings.stopLimit;
    slot.process.confinement.hostView = settings.hostView;
    slot.process.confinement.debuggable = true;
    return plugins::makeSlot(plugin.manifest, *std::move(code), std::move(slot), {std::move(settings.log)});
}

hosting::LogSink printLog(const std::string& id) {
    return [id](int level, std::string_view line) {
        static constexpr const char* names[] = {"trace", "debug", "info", "warn", "error"};
        const char* name = level >= 0 && level < 5 ? names[level] : "info";
        std::cerr << id + ": " + name + ": " + std::string(line) + "\n";
    };
}

}  // namespace aip::tool
