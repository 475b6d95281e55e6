#include "base/build.h"

#include <fmt/format.h>

// AIP_VERSION, AIP_BUILD_TYPE, AIP_ARCHITECTURE and AIP_SANITIZERS: CMakeLists.txt

namespace aip::base {
namespace {

constexpr std::string_view sanitizers = AIP_SANITIZERS;

#if defined(__clang__)
constexpr std::string_view compiler = "Clang " __clang_version__;
#else
constexpr std::string_view compiler = "GCC " __VERSION__;
#endif

/// Without what a distribution adds: "14.0.6 (Debian ...)".
std::string_view firstTwoWords(std::string_view text) {
    return text.substr(0, text.find(' ', text.find(' ') + 1));
}

}  // namespace

std::string_view version() {
    return AIP_VERSION;
}

std::string buildText() {
    std::string text = AIP_BUILD_TYPE ", ";
    text.append(firstTwoWords(compiler)).append(", " AIP_ARCHITECTURE);
    if (!sanitizers.empty()) {
        text.append(", sanitizers: ").append(sanitizers);
    }
    return revision().empty() ? text : text.append(", ").append(revision());
}

std::string versionText(std::string_view program, const std::vector<LibraryInUse>& more) {
    std::string text = fmt::format("{} {}\nbuild: {}\nlibraries:\n", program, version(), buildText());
    auto libraries = librariesInUse();
    libraries.insert(libraries.end(), more.begin(), more.end());
    for (const auto& library : libraries) {
        text += fmt::format("  {:<15} {:<9} {}\n", library.name, library.version,
                            library.file.empty() ? "headers only" : library.file);
    }
    return text;
}

}  // namespace aip::base
