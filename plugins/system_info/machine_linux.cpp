#include "machine.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace aip::system_info::machine {

namespace {

namespace fs = std::filesystem;

constexpr const char* programDirectories[] = {"/usr/bin",  "/bin",     "/usr/local/bin",
                                              "/snap/bin", "/opt/bin", "/var/lib/flatpak/exports/bin"};
constexpr const char* browsers[] = {"firefox",
                                    "firefox-esr",
                                    "chromium",
                                    "chromium-browser",
                                    "google-chrome",
                                    "google-chrome-stable",
                                    "brave-browser",
                                    "microsoft-edge",
                                    "epiphany",
                                    "konqueror",
                                    "falkon",
                                    "opera",
                                    "vivaldi",
                                    "org.mozilla.firefox",
                                    "org.chromium.Chromium"};
constexpr const char* officeSuites[] = {"libreoffice",   "soffice", "onlyoffice-desktopeditors",  "wps",
                                        "calligrawords", "abiword", "org.libreoffice.LibreOffice"};
bool isProgram(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

template <typename Names>
bool isInstalled(const Names& names) {
    return std::ranges::any_of(names, [](const char* name) {
        return std::ranges::any_of(programDirectories,
                                   [name](const char* directory) { return isProgram(fs::path(directory) / name); });
    });
}

bool isSet(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool holdsSocket(const fs::path& directory, std::string_view prefix) {
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->path().filename().string().starts_with(prefix) && entry->is_socket(ignored)) {
            return true;
        }
    }
    return false;
}

bool hasWaylandSocket() {
    std::error_code error;
    for (fs::directory_iterator user("/run/user", error), end; !error && user != end; user.increment(error)) {
        if (holdsSocket(user->path(), "wayland-")) {
            return true;
        }
    }
    return false;
}

bool hasDisplay() {
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || holdsSocket("/tmp/.X11-unix", "X") || hasWaylandSocket();
}

std::string text(const ifaddrs& interface) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    const void* address = nullptr;
    if (interface.ifa_addr->sa_family == AF_INET) {
        address = &reinterpret_cast<const sockaddr_in*>(interface.ifa_addr)->sin_addr;
    } else {
        address = &reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr)->sin6_addr;
    }
    return ::inet_ntop(interface.ifa_addr->sa_family, address, buffer.data(), buffer.size()) == nullptr ? ""
                                                                                                        : buffer.data();
}

bool isOutward(const ifaddrs& interface, int family) {
    constexpr unsigned wanted = IFF_UP | IFF_RUNNING;
    return interface.ifa_addr != nullptr && interface.ifa_addr->sa_family == family &&
           (interface.ifa_flags & (wanted | IFF_LOOPBACK)) == wanted;
}

/// fe80:: says nothing without its interface.
bool isLinkLocal(const ifaddrs& interface) {
    return interface.ifa_addr->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LINKLOCAL(&reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr)->sin6_addr);
}

utsname names() {
    utsname result{};
    ::uname(&result);
    return result;
}

}  // namespace

std::string platform() {
    return "linux";
}

std::string osVersion() {
    return names().version;
}

std::string hostname() {
    return names().nodename;
}

unsigned cpuCount() {
    return static_cast<unsigned>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
}

std::uint64_t memoryBytes() {
    struct sysinfo info {};
    return ::sysinfo(&info) == 0 ? std::uint64_t{info.totalram} * info.mem_unit : 0;
}

std::string ipAddress() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return "127.0.0.1";
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    for (const int family : {AF_INET, AF_INET6}) {
        for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
            if (isOutward(*entry, family) && !isLinkLocal(*entry)) {
                return text(*entry);
            }
        }
    }
    return "127.0.0.1";
}

std::vector<std::string> supportedFeatures() {
    const std::pair<const char*, bool> features[] = {
        {"gui", hasDisplay()}, {"cli", isProgram("/bin/sh")},         {"browser", isInstalled(browsers)},
        {"file_system", true}, {"office", isInstalled(officeSuites)}, {"linux_apps", true},
    };
    std::vector<std::string> found;
    for (const auto& [name, here] : features) {
        if (here) {
            found.emplace_back(name);
        }
    }
    return found;
}

}  // namespace aip::system_info::machine
