#include "hosting/library.h"

#include <boost/dll/shared_library.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <string>
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

}  // namespace

base::Result<Library> Library::load(base::Descriptor file) {
    try {
        using boost::dll::load_mode::rtld_local;
        using boost::dll::load_mode::rtld_now;
        boost::dll::shared_library library("/proc/self/fd/" + std::to_string(file.get()), rtld_now | rtld_local);
        const auto& entry = library.get<const aip_plugin_entry>(AIP_ENTRY_SYMBOL);
        keepForEver(std::move(library), std::move(file));
        return Library(entry);
    } catch (const std::exception& problem) {
        return base::Error(base::Code::invalid, problem.what());
    }
}

}  // namespace aip::hosting
