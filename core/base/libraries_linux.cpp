#include "base/libraries.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <dlfcn.h>
#include <link.h>

// AIP_POCO and others are the versions that CMake has found.

namespace aip::base {
namespace {

struct Row {
    const char* name;
    const char* version;  ///< empty: that of the file
    const char* file;     ///< how its name begins
};

constexpr Row rows[] = {{"POCO", AIP_POCO, "libPocoFoundation.so."},
                        {"OpenSSL", "", "libcrypto.so."},
                        {"simdjson", AIP_SIMDJSON, "libsimdjson.so."},
                        {"RE2", "", "libre2.so."},
                        {"spdlog", AIP_SPDLOG, "libspdlog.so."},
                        {"fmt", AIP_FMT, "libfmt.so."},
                        {"prometheus-cpp", AIP_PROMETHEUS, "libprometheus-cpp-core.so."},
                        {"yaml-cpp", "", "libyaml-cpp.so."},
                        {"benchmark", "", "libbenchmark.so."}};

int keepName(dl_phdr_info* info, std::size_t, void* names) {
    static_cast<std::vector<std::filesystem::path>*>(names)->emplace_back(info->dlpi_name);
    return 0;
}

std::vector<std::filesystem::path> loadedObjects() {
    std::vector<std::filesystem::path> names;
    ::dl_iterate_phdr(keepName, &names);
    return names;
}

/// "libre2.so." -> "libre2.so.9.0.0"; empty: it is not loaded.
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

/// "3.0.19" of "OpenSSL 3.0.19 24 Jan 2026": the loaded one, which this room does not link.
std::string loadedOpenSsl() {
    using Version = const char* (*)(int);
    const auto tell = reinterpret_cast<Version>(::dlsym(RTLD_DEFAULT, "OpenSSL_version"));
    const std::string text = tell == nullptr ? "" : tell(0);
    const auto begin = text.find(' ') + 1;
    return text.substr(begin, text.find(' ', begin) - begin);
}

std::string versionOf(const Row& row, const std::string& file) {
    if (row.version[0] != '\0') {
        return row.version;
    }
    return row.name == std::string_view("OpenSSL") ? loadedOpenSsl() : file.substr(std::string_view(row.file).size());
}

}  // namespace

LibraryInUse boostHeaders() {
    return {"Boost", AIP_BOOST, ""};
}

std::vector<LibraryInUse> librariesInUse() {
    const auto objects = loadedObjects();
    std::vector<LibraryInUse> libraries;
    for (const auto& row : rows) {
        const std::string file = fileOf(row.file, objects);
        if (!file.empty()) {
            libraries.push_back({row.name, versionOf(row, file), file});
        }
    }
    return libraries;
}

}  // namespace aip::base
