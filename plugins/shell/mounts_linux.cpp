#include "mounts.h"
#include "resolved_path.h"

#include <fstream>
#include <optional>
#include <sstream>

#include <sys/sysmacros.h>

namespace aip::shell {

namespace {

bool isOctal(std::string_view digits) {
    return digits.size() == 3 && digits.find_first_not_of("01234567") == std::string_view::npos;
}

/// "\040" stands for a blank.
std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digits = std::string_view(text).substr(i + 1, 3);
        if (text[i] == '\\' && isOctal(digits)) {
            out += static_cast<char>(std::stoi(std::string(digits), nullptr, 8));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// "36 35 98:0 /root /path options - type source options", see proc(5).
std::optional<Mount> parse(const std::string& line) {
    std::istringstream stream(line);
    std::string id;
    std::string parent;
    unsigned major = 0;
    unsigned minor = 0;
    char colon = 0;
    Mount mount;
    if (!(stream >> id >> parent >> major >> colon >> minor >> mount.root.path >> mount.path)) {
        return std::nullopt;
    }
    for (std::string field; stream >> field && field != "-";) {
    }
    stream >> mount.type;
    mount.root = {::makedev(major, minor), unescaped(mount.root.path)};
    mount.path = unescaped(mount.path);
    return mount;
}

/// `path` below `root` instead of below `top`, within which it is.
std::string moved(const std::string& path, const std::string& top, const std::string& root) {
    return cleanPath(root + "/" + path.substr(std::min(top.size(), path.size())));
}

}  // namespace

Mounts::Mounts() {
    std::ifstream file("/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);) {
        if (auto mount = parse(line)) {
            _mounts.push_back(std::move(*mount));
        }
    }
}

Place Mounts::placeOf(const std::string& real) const {
    const Mount* found = nullptr;
    for (const auto& mount : _mounts) {
        if (isWithin(real, mount.path) && (found == nullptr || mount.path.size() >= found->path.size())) {
            found = &mount;
        }
    }
    return found == nullptr ? Place{0, real} : Place{found->root.device, moved(real, found->path, found->root.path)};
}

std::vector<Mount> Mounts::below(const std::string& real) const {
    std::vector<Mount> mounts;
    for (const auto& mount : _mounts) {
        if (mount.path != real && isWithin(mount.path, real)) {
            mounts.push_back(mount);
        }
    }
    return mounts;
}

bool isWithin(const Place& place, const Place& other) {
    return place.device == other.device && isWithin(place.path, other.path);
}

}  // namespace aip::shell
