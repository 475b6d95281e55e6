#include "project.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
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

base::Result<void> writeProject(const ProjectNames& names, Language language, const fs::path& folder) {
    if (auto ready = prepare(folder); !ready) {
        return ready;
    }
    const Marks marks{{"@id@", names.id}, {"@target@", names.target}, {"@Class@", names.className}};
    const std::string_view wanted = language == Language::c ? "c/" : "cpp/";
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
    }
    return {};
}

}  // namespace aip::tool
