#include "dev/builder.h"

#include "dev/build_output.h"
#include "dev/process.h"
#include "plugin_file.h"
#include "project.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

namespace aip::tool::dev {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes longestStep{30};

bool isSource(const fs::path& file) {
    constexpr std::string_view endings[] = {".cpp", ".cc", ".cxx", ".c"};
    return std::ranges::find(endings, file.extension().string()) != std::end(endings);
}

bool hasSources(const fs::path& folder) {
    std::error_code problem;
    const fs::directory_iterator files(folder, problem);
    return std::any_of(begin(files), end(files), [](const auto& entry) { return isSource(entry.path()); });
}

bool isCandidate(const fs::directory_entry& entry) {
    std::error_code gone;
    return entry.is_regular_file(gone) && !entry.path().filename().string().starts_with('.');
}

bool isExecutable(const fs::directory_entry& entry) {
    std::error_code gone;
    return isCandidate(entry) && (entry.status(gone).permissions() & fs::perms::owner_exec) != fs::perms::none;
}

bool isScript(const fs::path& file) {
    std::array<char, 2> begin{};
    return std::ifstream(file, std::ios::binary).read(begin.data(), begin.size()) && begin == std::array{'#', '!'};
}

}  // namespace

std::string programIn(const fs::path& folder) {
    std::error_code problem;
    std::string name;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        if (isExecutable(entry)) {
            if (!name.empty()) {
                return {};
            }
            name = entry.path().filename().string();
        }
    }
    return name;
}

std::string scriptsToMarkIn(const fs::path& folder) {
    std::error_code problem;
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        if (isCandidate(entry) && !isExecutable(entry) && isScript(entry.path())) {
            names.insert(entry.path().filename().string());
        }
    }
    std::string text;
    for (const auto& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

base::Result<Kind> kindOf(const fs::path& folder) {
    if (!fs::is_directory(folder)) {
        return base::Error(base::Code::notFound, "there is no such folder");
    }
    if (fs::exists(folder / "CMakeCache.txt") && !fs::exists(folder / "CMakeLists.txt")) {
        return base::Error(base::Code::invalid, "this is where CMake builds: name the folder of the sources");
    }
    if (fs::exists(folder / "CMakeLists.txt")) {
        return Kind::cmake;
    }
    if (fs::exists(folder / "Cargo.toml")) {
        return Kind::cargo;
    }
    if (fs::exists(folder / "plugin.json") || !programIn(folder).empty()) {
        return Kind::program;
    }
    if (hasSources(folder)) {
        return Kind::sources;
    }
    if (const auto scripts = scriptsToMarkIn(folder); !scripts.empty()) {
        const bool several = scripts.find(',') != std::string::npos;
        return base::Error(base::Code::denied,
                           several ? "none of its scripts is executable: chmod +x that which is the plugin: " + scripts
                                   : scripts + " is not executable: chmod +x " + (folder / scripts).string());
    }
    return base::Error(
        base::Code::notFound,
        "neither CMakeLists.txt, Cargo.toml, plugin.json, one executable file nor a C or C++ file is in it");
}

std::string cmakeListsFor(const fs::path& folder) {
    const auto names = ProjectNames::from(fs::absolute(folder / "").parent_path().filename().string());
    const std::string id = names ? names->id : "plugin";
    const std::string target = names ? names->target : "plugin";
    const bool described = fs::exists(folder / "plugin.json.in");
    const std::string in = folder.string() + "/";
    return "cmake_minimum_required(VERSION 3.25)\nproject(" + target +
           " LANGUAGES C CXX)\nfind_package(aip-sdk 1.0 REQUIRED)\nfile(GLOB sources CONFIGURE_DEPENDS \"" + in +
           "*.c\" \"" + in + "*.cc\" \"" + in + "*.cxx\" \"" + in +
           "*.cpp\")\nlist(FILTER sources EXCLUDE REGEX \"_test\\\\.[a-z]+$\")\naip_add_plugin(" + target + " ID " +
           id + " VERSION 1.0.0 SOURCES ${sources}" + (described ? " MANIFEST \"" + in + "plugin.json.in\"" : "") +
           ")\n";
}

base::Result<std::string> runStep(Events& events, std::vector<std::string> words, const fs::path& folder) {
    auto finished = runProgram(events, {.words = std::move(words), .folder = folder}, longestStep);
    if (!finished) {
        return std::move(finished).error();
    }
    if (finished->status != 0) {
        return base::Error(base::Code::invalid, problemsIn(finished->output));
    }
    return std::move(finished->output);
}

std::unique_ptr<Builder> makeBuilder(Kind kind, Place place, Events& events) {
    switch (kind) {
        case Kind::cmake:
            return makeCMakeBuilder(std::move(place), events);
        case Kind::cargo:
            return makeCargoBuilder(std::move(place), events);
        case Kind::program:
            return makeProgramBuilder(std::move(place), events);
        case Kind::sources:
            break;
    }
    const fs::path project = place.build / "project";
    fs::create_directories(project);
    std::ofstream(project / "CMakeLists.txt", std::ios::binary) << cmakeListsFor(place.folder);
    place.folder = project;
    return makeCMakeBuilder(std::move(place), events);
}

}  // namespace aip::tool::dev
