#include "app/libraries_in_use.h"
#include "network/tls.h"

#include <Poco/Environment.h>
#include <fmt/format.h>
#include <spdlog/version.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <link.h>

// AIP_SIMDJSON, AIP_BOOST and AIP_PROMETHEUS are the versions that CMake has found.

namespace aip::app {
namespace {

int keepName(dl_phdr_info* info, std::size_t, void* names) {
    static_cast<std::vector<std::filesystem::path>*>(names)->emplace_back(info->dlpi_name);
    return 0;
}

std::vector<std::filesystem::path> loadedObjects() {
    std::vector<std::filesystem::path> names;
    ::dl_iterate_phdr(keepName, &names);
    return names;
}

/// "libre2.so." -> "libre2.so.9.0.0"
std::string fileOf(std::string_view start, const std::vector<std::filesystem::path>& objects) {
    const auto loaded = std::ranges::find_if(
        objects, [start](const auto& each) { return each.filename().native().starts_with(start); });
    if (loaded == objects.end()) {
        return {};
    }
    std::error_code failed;
    const auto file = std::filesystem::canonical(*loaded, failed);
    return failed ? loaded->filename() : file.filename();
}

std::string pocoVersion() {
    const auto number = Poco::Environment::libraryVersion();
    return fmt::format("{}.{}.{}", number >> 24U, number >> 16U & 0xFFU, number >> 8U & 0xFFU);
}

std::string formatVersion() {
    return fmt::format("{}.{}.{}", FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

std::string logVersion() {
    return fmt::format("{}.{}.{}", SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH);
}

}  // namespace

std::vector<LibraryInUse> librariesInUse() {
    const auto objects = loadedObjects();
    std::vector<LibraryInUse> libraries{{"POCO", pocoVersion(), "libPocoFoundation.so."},
                                        {"OpenSSL", network::tlsLibraryVersion(), "libssl.so."},
                                        {"simdjson", AIP_SIMDJSON, "libsimdjson.so."},
                                        {"RE2", "", "libre2.so."},
                                        {"spdlog", logVersion(), "libspdlog.so."},
                                        {"fmt", formatVersion(), "libfmt.so."},
                                        {"prometheus-cpp", AIP_PROMETHEUS, "libprometheus-cpp-core.so."},
                                        {"Boost", AIP_BOOST, ""}};
    for (auto& library : libraries) {
        const std::string start = library.file;
        library.file = start.empty() ? "" : fileOf(start, objects);
        if (library.version.empty() && !library.file.empty()) {
            library.version = library.file.substr(start.size());
        }
    }
    return libraries;
}

}  // namespace aip::app
