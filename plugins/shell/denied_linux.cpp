#include "denied.h"
#include "denied_table.h"
#include "refused.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

namespace aip::shell {

namespace {

// /proc mixes the harmless with memory, environments and ways into other file systems: here what is open is listed.
constexpr const char* openInProc[] = {
    "/proc/cmdline",    "/proc/cpuinfo", "/proc/crypto",     "/proc/devices",  "/proc/diskstats",  "/proc/filesystems",
    "/proc/interrupts", "/proc/loadavg", "/proc/mdstat",     "/proc/meminfo",  "/proc/modules",    "/proc/mounts",
    "/proc/net",        "/proc/net/*",   "/proc/partitions", "/proc/pressure", "/proc/pressure/*", "/proc/softirqs",
    "/proc/stat",       "/proc/swaps",   "/proc/uptime",     "/proc/version",  "/proc/vmstat"};

// Of every process, and of "self".
constexpr const char* openOfProcess[] = {"cgroup", "cmdline", "comm",  "io",   "limits", "mountinfo",
                                         "mounts", "net",     "net/*", "stat", "statm",  "status"};

bool matchesPath(const std::string& pattern, const std::string& path) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_LEADING_DIR | FNM_CASEFOLD) == 0;
}

/// Whether one or more names in a row on the path fit, as ".config/gh" fits "/home/a/.config/gh/hosts.yml".
bool hasNames(const std::string& path, const std::string& pattern) {
    for (std::size_t at = 0; at != std::string::npos && at < path.size(); at = path.find('/', at)) {
        at += path[at] == '/' ? 1 : 0;
        if (matchesPath(pattern, path.substr(at))) {
            return true;
        }
    }
    return false;
}

bool isExactly(const char* pattern, const std::string& path) {
    return ::fnmatch(pattern, path.c_str(), FNM_PATHNAME) == 0;
}

/// "/proc/123/stat" -> "stat"; empty if it is not of a process.
std::string ofProcess(const std::string& path) {
    const auto begin = std::string_view("/proc/").size();
    const auto end = path.find('/', begin);
    if (end == std::string::npos) {
        return {};
    }
    const auto process = path.substr(begin, end - begin);
    const bool isPid = process.find_first_not_of("0123456789") == std::string::npos;
    return isPid || process == "self" ? path.substr(end + 1) : std::string();
}

bool isClosedInProc(const std::string& path) {
    if (!isWithin(path, "/proc") || isWithin(path, "/proc/sys")) {
        return false;
    }
    const auto matches = [](const std::string& text) {
        return [&text](const char* pattern) { return isExactly(pattern, text); };
    };
    return std::ranges::none_of(openInProc, matches(path)) &&
           std::ranges::none_of(openOfProcess, matches(ofProcess(path)));
}

bool isAbsolute(const std::string& path) {
    return path.starts_with('/');
}

std::string directoryOf(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

/// Whether the directories that `parent` fits are `real`, or lie below it.
bool leadsInto(const std::string& parent, const std::string& real) {
    std::size_t end = 0;
    for (auto left = real == "/" ? 0 : std::ranges::count(real, '/'); left > 0; --left) {
        if (end == parent.size()) {
            return false;
        }
        end = std::min(parent.find('/', end + 1), parent.size());
    }
    return end == 0 || ::fnmatch(parent.substr(0, end).c_str(), real.c_str(), FNM_PATHNAME | FNM_CASEFOLD) == 0;
}

/// Whether `pattern` can match something below the directory `real`.
bool reachesInto(const std::string& pattern, const std::string& real) {
    if (!isAbsolute(pattern)) {
        return true;
    }
    const auto parent = directoryOf(pattern);
    const auto wildcard = parent.find_first_of("*?[\\");
    if (wildcard == std::string::npos) {
        return isWithin(parent, real);
    }
    if (parent.find('\\') == std::string::npos) {
        return leadsInto(parent, real);
    }
    const auto fixed = directoryOf(parent.substr(0, wildcard));
    return isWithin(fixed, real) || isWithin(real, fixed);
}

/// `pattern` says what lies in a directory, but nothing of its name: "/srv/none/*", "/srv/none/?*", "/srv/none/.*".
bool namesNothing(const std::string& pattern) {
    const auto name = nameOf(pattern);
    return isAbsolute(pattern) && !name.empty() && name.find_first_not_of("*?.[]!^") == std::string::npos;
}

/// The name that hides what `pattern` denies below the directory `real`. One that fits every file would hide what is
/// open, too: then it is the name of the directory that is denied as a whole.
std::string hidingName(const std::string& pattern, const std::string& real) {
    if (!namesNothing(pattern)) {
        return nameOf(pattern);
    }
    const auto parent = directoryOf(pattern);
    const bool whole = nameOf(pattern).find_first_not_of('*') == std::string::npos;
    if (!whole || parent == real || parent.find_first_of("*?[\\") != std::string::npos) {
        throw Refused("'" + real + "' must not be searched as a tree: '" + pattern +
                      "' is on the list of denied paths. Name a smaller directory");
    }
    return nameOf(parent);
}

std::vector<std::string> expanded(const std::string& pattern) {
    glob_t found{};
    std::vector<std::string> paths;
    if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
        paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    ::globfree(&found);
    return paths;
}

void addExisting(std::vector<DeniedFile>& files, const std::string& path) {
    struct stat status {};
    std::array<char, PATH_MAX> real{};
    if (::stat(path.c_str(), &status) == 0 && ::realpath(path.c_str(), real.data()) != nullptr) {
        files.push_back({{status.st_dev, status.st_ino}, real.data(), S_ISREG(status.st_mode) && status.st_nlink > 1});
    }
}

std::vector<std::string> entriesOf(const std::string& directory) {
    std::vector<std::string> paths;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
        paths.push_back(at->path());
    }
    return paths;
}

/// `path`, and what is in it if it is a directory.
void addOwn(std::vector<DeniedFile>& files, const std::string& path) {
    addExisting(files, path);
    for (const auto& inside : entriesOf(path)) {
        addExisting(files, inside);
    }
}

void addOwnBeginningWith(std::vector<DeniedFile>& files, const std::string& start) {
    for (const auto& path : entriesOf(directoryOf(start))) {
        if (path.starts_with(start)) {
            addOwn(files, path);
        }
    }
}

/// Without the slashes at its end; checked.
std::string checkedPattern(std::string pattern) {
    if (const auto fault = faultOfPattern(pattern); !fault.empty()) {
        throw Refused(fault);
    }
    while (pattern.size() > 1 && pattern.ends_with('/')) {
        pattern.pop_back();
    }
    return pattern;
}

}  // namespace

std::string faultOfPattern(const std::string& pattern) {
    return isAbsolute(pattern) || pattern.find('/') == std::string::npos
               ? ""
               : "setting 'denied_paths': '" + pattern + "' is neither an absolute path nor a single name";
}

Denied::Denied(std::vector<std::string> patterns, std::vector<std::string> own)
    : _patterns(builtInPatterns().begin(), builtInPatterns().end()) {
    for (auto& pattern : patterns) {
        _patterns.push_back(checkedPattern(std::move(pattern)));
    }
    for (const auto& path : own) {
        const bool start = path.ends_with('*');
        (start ? _ownStarts : _own).push_back(cleanPath(path.substr(0, path.size() - (start ? 1 : 0))));
    }
}

bool Denied::matches(const std::string& form) const {
    return isClosedInProc(form) ||
           std::ranges::any_of(_own, [&](const std::string& path) { return isWithin(form, path); }) ||
           std::ranges::any_of(_ownStarts, [&](const std::string& start) { return form.starts_with(start); }) ||
           std::ranges::any_of(_patterns, [&](const std::string& pattern) {
               return isAbsolute(pattern) ? matchesPath(pattern, form) : hasNames(form, pattern);
           });
}

std::vector<DeniedFile> Denied::existing() const {
    std::vector<DeniedFile> files;
    for (const auto& path : _own) {
        addOwn(files, path);
    }
    for (const auto& start : _ownStarts) {
        addOwnBeginningWith(files, start);
    }
    for (const auto& pattern : _patterns) {
        if (isAbsolute(pattern)) {
            for (const auto& path : expanded(pattern)) {
                addExisting(files, path);
            }
        }
    }
    return files;
}

std::vector<std::string> Denied::namesBelow(const std::string& real) const {
    std::vector<std::string> names;
    for (const auto& pattern : _patterns) {
        if (reachesInto(pattern, real)) {
            names.push_back(hidingName(pattern, real));
        }
    }
    for (const auto& path : _own) {
        if (isWithin(path, real)) {
            names.push_back(asPattern(nameOf(path)));
        }
    }
    for (const auto& start : _ownStarts) {
        if (isWithin(start, real)) {
            names.push_back(asPattern(nameOf(start)) + "*");
        }
    }
    return names;
}

std::string asPattern(std::string_view name) {
    std::string pattern;
    for (const char c : name) {
        if (std::string_view("*?[]\\").find(c) != std::string_view::npos) {
            pattern += '\\';
        }
        pattern += c;
    }
    return pattern;
}

bool hides(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

std::string nameOf(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace aip::shell
