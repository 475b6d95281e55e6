#include "paths.h"
#include "refused.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fnmatch.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace aip::shell {

namespace {

constexpr const char* builtInDenied[] = {"/dev",
                                         "/etc/shadow*",
                                         "/etc/gshadow*",
                                         "/etc/sudoers*",
                                         "/etc/security/opasswd",
                                         "/etc/ssl/private",
                                         "/etc/wireguard",
                                         "/etc/krb5.keytab",
                                         "/etc/NetworkManager/system-connections",
                                         "/var/backups/*shadow*",
                                         "/run/secrets",
                                         "/run/credentials",
                                         "/sys/kernel/debug",
                                         "/sys/kernel/tracing",
                                         ".ssh",
                                         ".gnupg",
                                         ".aws",
                                         ".azure",
                                         ".kube",
                                         ".docker",
                                         ".netrc",
                                         ".pgpass",
                                         ".my.cnf",
                                         ".git-credentials",
                                         ".password-store",
                                         "id_rsa*",
                                         "id_dsa*",
                                         "id_ecdsa*",
                                         "id_ed25519*",
                                         "ssh_host_*_key",
                                         "*.key",
                                         "*.pem",
                                         "*.p12",
                                         "*.pfx",
                                         "*.kdbx",
                                         "*.keytab"};

// /proc mixes the harmless with memory, environments and ways into other file systems: here what is open is listed.
constexpr const char* openInProc[] = {
    "/proc/cmdline",       "/proc/cpuinfo",          "/proc/crypto",        "/proc/devices",
    "/proc/diskstats",     "/proc/filesystems",      "/proc/interrupts",    "/proc/loadavg",
    "/proc/mdstat",        "/proc/meminfo",          "/proc/modules",       "/proc/partitions",
    "/proc/pressure",      "/proc/softirqs",         "/proc/stat",          "/proc/swaps",
    "/proc/sys",           "/proc/uptime",           "/proc/version",       "/proc/vmstat",
    "/proc/[0-9]*/cgroup", "/proc/[0-9]*/cmdline",   "/proc/[0-9]*/comm",   "/proc/[0-9]*/io",
    "/proc/[0-9]*/limits", "/proc/[0-9]*/mountinfo", "/proc/[0-9]*/mounts", "/proc/[0-9]*/net",
    "/proc/[0-9]*/stat",   "/proc/[0-9]*/statm",     "/proc/[0-9]*/status"};

bool matches(const char* pattern, const std::string& path) {
    return ::fnmatch(pattern, path.c_str(), FNM_PATHNAME | FNM_LEADING_DIR) == 0;
}

bool within(std::string_view path, std::string_view directory) {
    return directory == "/" ||
           (path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/'));
}

bool closedInProc(const std::string& real) {
    return within(real, "/proc") &&
           std::ranges::none_of(openInProc, [&](const char* pattern) { return matches(pattern, real); });
}

bool hasName(const std::string& real, const std::string& pattern) {
    std::string_view rest = real;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('/'), rest.size());
        if (::fnmatch(pattern.c_str(), std::string(rest.substr(0, end)).c_str(), 0) == 0) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::string directoryOf(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string nameOf(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

/// Whether `pattern` can match something below the directory `real`.
bool reachesInto(const std::string& pattern, const std::string& real) {
    if (!pattern.starts_with('/')) {
        return true;
    }
    const auto parent = directoryOf(pattern);
    const auto glob = parent.find_first_of("*?[");
    if (glob == std::string::npos) {
        return within(parent, real);
    }
    const auto fixed = directoryOf(parent.substr(0, glob));
    return within(fixed, real) || within(real, fixed);
}

/// Opens a path to look at it, not to read it. Links of the kernel's own making (/proc/N/root, fd, cwd) are not
/// followed: they lead past every path that one could compare.
Descriptor look(int directory, const std::string& path, unsigned flags = 0) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC | flags;
    how.resolve = RESOLVE_NO_MAGICLINKS;
    return Descriptor(static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
}

bool unreachableForAnyone(int error) {
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENAMETOOLONG;
}

std::string realPath(const Descriptor& file) {
    std::array<char, 4096> target{};
    const auto link = "/proc/self/fd/" + std::to_string(file.get());
    const auto size = ::readlink(link.c_str(), target.data(), target.size());
    return size <= 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

/// An operator may name a path by a way over links; what is compared with it later is without.
std::string resolved(const std::string& pattern) {
    if (!pattern.starts_with('/') || pattern.find_first_of("*?[") != std::string::npos) {
        return pattern;
    }
    std::error_code error;
    auto real = std::filesystem::weakly_canonical(pattern, error).string();
    return error ? pattern : real;
}

[[noreturn]] void refusePath(const std::string& path, const std::string& reason) {
    throw Refused("'" + path + "' must not be read: " + reason);
}

void checkType(const Descriptor& file, const std::string& path, Paths::Type type) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        refusePath(path, std::strerror(errno));
    }
    const bool directory = S_ISDIR(status.st_mode) && type == Paths::Type::fileOrDirectory;
    if (!S_ISREG(status.st_mode) && !directory) {
        refusePath(path,
                   type == Paths::Type::file ? "it is not a regular file" : "it is neither a file nor a directory");
    }
}

}  // namespace

Paths::Paths(const std::vector<std::string>& denied) : _denied(std::begin(builtInDenied), std::end(builtInDenied)) {
    for (auto pattern : denied) {
        if (!pattern.starts_with('/') && pattern.find('/') != std::string::npos) {
            throw Refused("the denied path '" + pattern + "' is neither an absolute path nor a single name");
        }
        while (pattern.size() > 1 && pattern.ends_with('/')) {
            pattern.pop_back();
        }
        if (auto real = resolved(pattern); real != pattern) {
            _denied.push_back(std::move(real));
        }
        _denied.push_back(std::move(pattern));
    }
}

bool Paths::denied(const std::string& real) const {
    return closedInProc(real) || std::ranges::any_of(_denied, [&](const std::string& pattern) {
               return pattern.starts_with('/') ? matches(pattern.c_str(), real) : hasName(real, pattern);
           });
}

void Paths::checkReadable(int directory, const std::string& path, Type type) const {
    const auto file = look(directory, path);
    if (!file) {
        if (unreachableForAnyone(errno)) {
            return;
        }
        refusePath(path, std::strerror(errno));
    }
    const auto real = realPath(file);
    if (!real.starts_with('/') || denied(real)) {
        refusePath(path, "it is on the list of denied paths");
    }
    checkType(file, path, type);
}

std::vector<std::string> Paths::hiddenBelow(int directory, const std::string& path) const {
    checkReadable(directory, path, Type::fileOrDirectory);
    const auto real = realPath(look(directory, path));
    if (within(real, "/proc")) {
        refusePath(path, "/proc cannot be searched as a tree");
    }
    std::vector<std::string> names;
    for (const auto& pattern : _denied) {
        if (reachesInto(pattern, real)) {
            names.push_back(nameOf(pattern));
        }
    }
    if (real == "/") {
        names.emplace_back("proc");
    }
    return names;
}

Descriptor openDirectory(const std::string& path) {
    if (!path.starts_with('/')) {
        throw Refused("Invalid working directory: '" + path + "' is not an absolute path.");
    }
    auto directory = look(AT_FDCWD, path, O_DIRECTORY);
    if (!directory) {
        throw Refused("Invalid working directory: " + path + ": " + std::strerror(errno) + ".");
    }
    return directory;
}

const std::vector<std::string>& systemDirectories() {
    static const std::vector<std::string> directories{"/usr/bin", "/bin", "/usr/sbin", "/sbin"};
    return directories;
}

std::string resolveProgram(std::string_view name, const std::vector<std::string>& directories) {
    for (const auto& directory : directories) {
        auto path = directory + "/" + std::string(name);
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) {
            continue;
        }
        if (!S_ISREG(status.st_mode) || status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
            throw Refused(path +
                          " is not trusted: it must be a file that belongs to root and that only root can write.");
        }
        return path;
    }
    throw Refused("The program '" + std::string(name) + "' is not installed on this device.");
}

}  // namespace aip::shell
