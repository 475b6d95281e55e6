#include "control/socket.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::control {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr mode_t writableByOthers = S_IWGRP | S_IWOTH;

Error system(const std::string& what) {
    return {Code::unavailable, what + ": " + std::generic_category().message(errno)};
}

Error notAMember(const std::string& path, const std::string& group) {
    return {Code::denied,
            "control.group: the agent's user is not in the group '" + group + "', so it may not give " + path +
                " to it. Under systemd: systemctl edit aip-agent, there [Service] and "
                "SupplementaryGroups=" +
                group + "; without it: usermod --append --groups " + group + " USER; then restart the agent"};
}

Result<gid_t> groupNamed(const std::string& name) {
    errno = 0;
    const group* const found = ::getgrnam(name.c_str());
    if (found == nullptr) {
        return Error(Code::invalid, "there is no group '" + name + "'");
    }
    return found->gr_gid;
}

Result<void> setGroup(const std::string& path, const std::string& name, mode_t mode) {
    const auto gid = groupNamed(name);
    if (!gid) {
        return gid.error();
    }
    if (::chown(path.c_str(), static_cast<uid_t>(-1), *gid) != 0) {
        return errno == EPERM ? notAMember(path, name) : system(path + " cannot be given to the group " + name);
    }
    return ::chmod(path.c_str(), mode) == 0 ? Result<void>() : Result<void>(system(path));
}

/// Whoever can write to it could put another socket into its place.
Result<void> checkFolder(const std::string& folder) {
    struct stat info {};
    if (::stat(folder.c_str(), &info) != 0) {
        return system(folder);
    }
    const bool sticky = (info.st_mode & S_ISVTX) != 0;
    if ((info.st_uid != ::geteuid() && info.st_uid != 0) || ((info.st_mode & writableByOthers) != 0 && !sticky)) {
        return Error(Code::denied, "others than the agent's user may write to " + folder +
                                       ": name another folder in control.socket, or take that right away");
    }
    return {};
}

Result<void> makeFolder(const SocketSettings& settings, const std::string& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0) {
        return errno == EEXIST ? checkFolder(folder) : Result<void>(system(folder));
    }
    return settings.group.empty() ? Result<void>() : setGroup(folder, settings.group, 0750);
}

bool answers(const std::string& path) {
    const base::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
           errno == EAGAIN;
}

}  // namespace

Result<void> makeWay(const SocketSettings& settings) {
    const std::filesystem::path path(settings.path);
    if (!path.is_absolute() || settings.path.size() >= sizeof(sockaddr_un::sun_path)) {
        return Error(Code::invalid, "the path of the socket must be absolute and shorter than " +
                                        std::to_string(sizeof(sockaddr_un::sun_path)) + " bytes");
    }
    if (auto made = makeFolder(settings, path.parent_path().string()); !made) {
        return made;
    }
    struct stat info {};
    if (::lstat(settings.path.c_str(), &info) != 0) {
        return errno == ENOENT ? Result<void>() : Result<void>(system(settings.path));
    }
    if (!S_ISSOCK(info.st_mode)) {
        return Error(Code::state, settings.path + " is there, and is not a socket");
    }
    if (answers(settings.path)) {
        return Error(Code::state, "another agent has the socket " + settings.path);
    }
    return ::unlink(settings.path.c_str()) == 0 ? Result<void>() : Result<void>(system(settings.path));
}

Result<void> restrict(const SocketSettings& settings) {
    if (!settings.group.empty()) {
        return setGroup(settings.path, settings.group, 0660);
    }
    return ::chmod(settings.path.c_str(), 0600) == 0 ? Result<void>() : Result<void>(system(settings.path));
}

std::optional<Peer> peerOf(int socket) {
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return std::nullopt;
    }
    return Peer{peer.uid, peer.pid};
}

base::Descriptor duplicateOf(int socket) {
    return base::Descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
}

void shutDown(int socket) {
    ::shutdown(socket, SHUT_RDWR);
}

bool isGone(int socket, std::chrono::milliseconds limit) {
    pollfd asked{socket, POLLRDHUP, 0};
    return ::poll(&asked, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace aip::control
