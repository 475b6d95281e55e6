#include "project.h"

#include "child.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <system_error>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;
using Marks = std::map<std::string, std::string>;

bool lowerOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool isId(std::string_view id) {
    const auto fits = [](char c) { return lowerOrDigit(c) || c == '.' || c == '_' || c == '-'; };
    return !id.empty() && id.size() <= 64 && lowerOrDigit(id.front()) && std::ranges::all_of(id, fits);
}

/// Names that CMake and its generators have for targets of their own.
bool isTargetOfTheBuild(std::string_view name) {
    constexpr std::string_view taken[] = {"all",           "clean",   "depend",        "edit_cache",
                                          "help",          "install", "package",       "preinstall",
                                          "rebuild_cache", "test",    "package_source"};
    return std::ranges::find(taken, name) != std::end(taken);
}

/// The last part of an id as a name for a target and in C: it begins with a letter.
std::string identifier(std::string_view id) {
    std::string name(id.substr(id.rfind('.') + 1));
    std::ranges::replace(name, '-', '_');
    const bool letter = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
    return letter && !isTargetOfTheBuild(name) ? name : "plugin_" + name;
}

std::string camelCase(std::string_view name) {
    std::string out;
    bool first = true;
    for (const char c : name) {
        if (c != '_') {
            out += first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        }
        first = c == '_';
    }
    return out;
}

std::string fill(std::string_view text, const Marks& marks) {
    std::string out(text);
    for (const auto& [mark, value] : marks) {
        for (auto place = out.find(mark); place != std::string::npos; place = out.find(mark, place + value.size())) {
            out.replace(place, mark.size(), value);
        }
    }
    return out;
}

/// "cpp/plugin_test.cpp" -> "hello_test.cpp"
std::string fileName(std::string_view path, const ProjectNames& names) {
    const std::string name(path.substr(path.find('/') + 1));
    return name.starts_with("plugin") && !name.ends_with(".in") ? names.target + name.substr(6) : name;
}

/// The folder of sdk/template.
std::string_view templateOf(Language language) {
    static constexpr std::array folders{"cpp/", "c/", "bash/", "python/", "node/"};
    return folders.at(static_cast<std::size_t>(language));
}

std::string outputOf(const std::string& command) {
    std::string output;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    for (int c = pipe == nullptr ? EOF : std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        output += static_cast<char>(c);
    }
    if (pipe == nullptr || ::pclose(pipe) != 0) {
        throw std::runtime_error(command + " fails");
    }
    return output;
}

/// The program that was written into the folder makes its plugin.json.
base::Result<void> writeManifest(const fs::path& folder, const fs::path& program) {
    constexpr auto executable = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                fs::perms::others_read | fs::perms::others_exec;
    fs::permissions(folder / program, executable);
    const auto ask = [&] {
        fs::current_path(folder);
        return outputOf("./" + program.string() + " --manifest");
    };
    const auto manifest = askChild(ask, "wrote its manifest", std::chrono::seconds(30));
    if (!manifest) {
        return manifest.error();
    }
    std::ofstream(folder / "plugin.json", std::ios::binary) << *manifest;
    return {};
}

base::Result<void> prepare(const fs::path& folder) {
    std::error_code problem;
    if (fs::exists(folder, problem) && !(fs::is_directory(folder, problem) && fs::is_empty(folder, problem))) {
        return base::Error(base::Code::state, "is there already; nothing is written over");
    }
    fs::create_directories(folder, problem);
    return problem ? base::Result<void>(base::Error(base::Code::denied, problem.message())) : base::Result<void>();
}

}  // namespace

base::Result<ProjectNames> ProjectNames::from(std::string_view id) {
    if (!isId(id)) {
        return base::Error(base::Code::invalid,
                           "'" + std::string(id) + "' is no id: [a-z0-9][a-z0-9._-]*, at most 64 characters");
    }
    const std::string target = identifier(id);
    return ProjectNames{std::string(id), target, camelCase(target)};
}

bool isProgram(Language language) {
    return language != Language::cpp && language != Language::c;
}

base::Result<void> writeProject(const ProjectNames& names, Language language, const fs::path& folder) {
    if (auto ready = prepare(folder); !ready) {
        return ready;
    }
    const Marks marks{{"@id@", names.id}, {"@target@", names.target}, {"@Class@", names.className}};
    const std::string_view wanted = templateOf(language);
    fs::path program;
    for (const auto& file : templateFiles()) {
        if (!file.path.starts_with(wanted)) {
            continue;
        }
        const fs::path path = folder / fileName(file.path, names);
        std::ofstream out(path, std::ios::binary);
        out << fill(file.text, marks) << std::flush;
        if (!out) {
            return base::Error(base::Code::denied, path.string() + " cannot be written");
        }
        program = path.stem() == names.target ? path.filename() : program;
    }
    return isProgram(language) ? writeManifest(folder, program) : base::Result<void>();
}

}  // namespace aip::tool
