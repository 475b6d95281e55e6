#include "hosting/library.h"

#include <boost/dll/shared_library.hpp>

#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace aip::hosting {
namespace {

/// Never destroyed: at exit that would unload code in which a thread that was left behind may still run.
void keepForEver(boost::dll::shared_library library, base::Descriptor file) {
    static std::mutex mutex;
    static auto& kept = *new std::vector<std::pair<boost::dll::shared_library, base::Descriptor>>();
    const std::lock_guard lock(mutex);
    kept.emplace_back(std::move(library), std::move(file));
}

/// Not by /proc/self, which a debugger that hears of this name resolves in itself, nor by getpid(), which is not our
/// number in the /proc of another PID namespace.
base::Result<std::string> nameOf(const base::Descriptor& file) {
    std::error_code problem;
    const auto self = std::filesystem::read_symlink("/proc/self", problem);
    if (problem) {
        return base::Error(base::Code::unavailable, "/proc/self: " + problem.message() + ": plugins need /proc");
    }
    return "/proc/" + self.string() + "/fd/" + std::to_string(file.get());
}

}  // namespace

std::string loadProblem(std::string_view thrown) {
    constexpr std::string_view before = "dlerror system message: ";
    constexpr std::string_view missing = ": cannot open shared object file: No such file or directory";
    const auto begin = thrown.find(before);
    const auto end = thrown.rfind("): ");
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
        return std::string(thrown);
    }
    const auto said = thrown.substr(begin + before.size(), end - begin - before.size());
    if (!said.ends_with(missing)) {
        return std::string(said);
    }
    return "needs " + std::string(said.substr(0, said.size() - missing.size())) + ", which the system does not find";
}

base::Result<Library> Library::load(base::Descriptor file) {
    const auto name = nameOf(file);
    if (!name) {
        return name.error();
    }
    try {
        using boost::dll::load_mode::rtld_local;
        using boost::dll::load_mode::rtld_now;
        boost::dll::shared_library library(*name, rtld_now | rtld_local);
        const auto& entry = library.get<const aip_plugin_entry>(AIP_ENTRY_SYMBOL);
        keepForEver(std::move(library), std::move(file));
        return Library(entry);
    } catch (const std::exception& problem) {
        return base::Error(base::Code::invalid, loadProblem(problem.what()));
    }
}

}  // namespace aip::hosting
