#include "base/program_path.h"

#include <sys/stat.h>
#include <unistd.h>

namespace aip::base {
namespace {

constexpr mode_t anyExecutes = S_IXUSR | S_IXGRP | S_IXOTH;

bool isPlainFile(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool isProgram(const std::string& file) {
    return isPlainFile(file) && ::access(file.c_str(), X_OK) == 0;
}

std::string below(const std::string& folder, const std::string& name) {
    return name.starts_with('/') || folder.empty() ? name : folder + "/" + name;
}

/// The first place of `name` that `fits`.
template <class Fits>
std::optional<std::string> find(const std::string& name, std::string_view path, const std::string& folder, Fits fits) {
    if (name.find('/') != std::string::npos) {
        return fits(below(folder, name)) ? std::optional(name) : std::nullopt;
    }
    while (!name.empty() && !path.empty()) {
        const auto end = path.find(':');
        const std::string file = below(std::string(path.substr(0, end)), name);
        if (file.starts_with('/') && fits(file)) {
            return file;
        }
        path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> findProgram(const std::string& name, std::string_view path, const std::string& folder) {
    return find(name, path, folder, isProgram);
}

std::optional<std::string> whyNotExecutable(const std::string& name, std::string_view path, const std::string& folder) {
    const auto found = find(name, path, folder, isPlainFile);
    if (!found) {
        return std::nullopt;
    }
    const std::string file = below(folder, *found);
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & anyExecutes) == 0) {
        return file + " is not executable: chmod +x " + file;
    }
    return ::access(file.c_str(), X_OK) == 0
               ? std::nullopt
               : std::optional(file + " may not be executed by this user: by its mode (chmod a+rx " + file +
                               "), or because its file system is mounted with noexec");
}

std::string missingProgram(const std::string& name, std::string_view path, const std::string& folder) {
    if (auto why = whyNotExecutable(name, path, folder)) {
        return *std::move(why);
    }
    const std::string missing = "there is no program '" + name + "'";
    if (name.starts_with('/')) {
        return missing;
    }
    const bool named = name.find('/') != std::string::npos;
    return missing + (named ? ", seen from " + folder : " in PATH=" + std::string(path));
}

}  // namespace aip::base
