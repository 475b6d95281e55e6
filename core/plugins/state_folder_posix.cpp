#include "base/descriptor.h"
#include "base/shortage.h"
#include "plugins/state_folder.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::plugins {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;
using std::filesystem::path;

constexpr mode_t passable = S_IRWXU | S_IXGRP | S_IXOTH;  ///< others may go on to what is theirs, and see nothing
constexpr mode_t othersWrite = S_IWGRP | S_IWOTH;

/// An open folder.
struct Folder {
    path name;
    Descriptor opened;
    struct stat status {};
};

Error stateError(const path& folder) {
    const int why = errno;
    const bool denied = why == EACCES || why == EPERM || why == EROFS || why == ELOOP || why == ENOTDIR;
    const Code code = base::isShortage(why) ? Code::exhausted : denied ? Code::denied : Code::unavailable;
    return {code, folder.string() + ": " + std::strerror(why)};
}

Error belongsTo(const Folder& folder, uid_t wanted) {
    return {Code::denied, folder.name.string() + " belongs to user " + std::to_string(folder.status.st_uid) +
                              ", not to " + std::to_string(wanted) + ": chown it, or set state.directory"};
}

Error openToOthers(const Folder& folder) {
    return {Code::denied, folder.name.string() + " can be written by others: chmod go-w it"};
}

Result<Folder> examined(path name, int opened) {
    Folder folder{std::move(name), Descriptor(opened)};
    if (!folder.opened || ::fstat(folder.opened.get(), &folder.status) != 0) {
        return stateError(folder.name);
    }
    return folder;
}

/// `state` itself, and what is missing above it.
Result<Folder> openState(const path& state) {
    std::error_code failed;
    std::filesystem::create_directories(state.parent_path(), failed);
    if (::mkdir(state.c_str(), passable) != 0 && errno != EEXIST) {
        return stateError(state);
    }
    return examined(state, ::open(state.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Result<void> checkState(const Folder& folder) {
    if (folder.status.st_uid != 0 && folder.status.st_uid != ::geteuid()) {
        return belongsTo(folder, ::geteuid());
    }
    return (folder.status.st_mode & othersWrite) == 0 ? Result<void>() : openToOthers(folder);
}

/// `name` below the parent, of `owner`. A new one gets exactly this mode, whatever the umask.
Result<Folder> openBelow(const Folder& parent, const std::string& name, mode_t mode, const ProcessUser& owner) {
    const path whole = parent.name / name;
    const bool made = ::mkdirat(parent.opened.get(), name.c_str(), S_IRWXU) == 0;
    if (!made && errno != EEXIST) {
        return stateError(whole);
    }
    auto folder =
        examined(whole, ::openat(parent.opened.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) {
        return folder;
    }
    if (!made && folder->status.st_uid != owner.user) {
        return belongsTo(*folder, owner.user);
    }
    if (!made && (folder->status.st_mode & othersWrite) != 0) {
        return openToOthers(*folder);
    }
    const bool given =
        !made || owner.user == ::geteuid() || ::fchown(folder->opened.get(), owner.user, owner.group) == 0;
    if (!given || ::fchmod(folder->opened.get(), mode) != 0) {
        return stateError(whole);
    }
    return folder;
}

/// Whether the user may pass through the folder.
bool admits(const Folder& folder, const ProcessUser& user) {
    const mode_t mode = folder.status.st_mode;
    return folder.status.st_uid == user.user    ? (mode & S_IXUSR) != 0
           : folder.status.st_gid == user.group ? (mode & S_IXGRP) != 0
                                                : (mode & S_IXOTH) != 0;
}

Result<void> checkWay(const path& state, const ProcessUser& user) {
    for (path at = state;; at = at.parent_path()) {
        const auto folder = examined(at, ::open(at.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!folder) {
            return folder.error();
        }
        if (!admits(*folder, user)) {
            return Error(Code::denied, at.string() + " does not let user " + std::to_string(user.user) +
                                           " through: chmod o+x it, or set state.directory");
        }
        if (at == at.parent_path()) {
            return {};
        }
    }
}

/// `name` below `state`, of the agent's user.
Result<Folder> openOfAgent(const path& state, const std::string& name, mode_t mode) {
    auto root = openState(state);
    if (!root) {
        return root;
    }
    if (auto checked = checkState(*root); !checked) {
        return std::move(checked).error();
    }
    return openBelow(*root, name, mode, {::geteuid(), ::getegid()});
}

}  // namespace

Result<path> serversFolder(const path& state) {
    const auto folder = openOfAgent(state, "mcp", S_IRWXU);
    return folder ? Result<path>(folder->name) : folder.error();
}

Result<path> stateFolder(const path& state, const std::string& id, const std::optional<ProcessUser>& user) {
    const ProcessUser agents{::geteuid(), ::getegid()};
    const auto all = openOfAgent(state, "plugins", passable);
    if (!all) {
        return all.error();
    }
    const auto own = openBelow(*all, id, S_IRWXU, user.value_or(agents));
    if (!own) {
        return own.error();
    }
    const auto passed = user ? checkWay(all->name, *user) : Result<void>();
    return passed ? Result<path>(own->name) : passed.error();
}

}  // namespace aip::plugins
