#include "base/file.h"
#include "base/secret_access.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <endian.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace aip::base {
namespace {

constexpr mode_t readOnly = S_IRUSR | S_IRGRP;

/// An entry of an ACL in the kernel's form, as linux/posix_acl_xattr.h has it; there it is little-endian.
struct AclEntry {
    enum Tag : std::uint16_t { owner = 1, user = 2, owningGroup = 4, group = 8, mask = 16, others = 32 };

    std::uint16_t tag;
    std::uint16_t permissions;
    std::uint32_t id;  ///< of a user or a group
};

using Acl = std::vector<AclEntry>;

/// Longer ones than this do not belong to a secret.
constexpr std::size_t maxAclEntries = 64;
constexpr std::size_t aclHeader = 4;

/// The ACL of the file, or what its mode says in this form.
Result<Acl> aclOf(int file, const struct stat& status) {
    std::array<char, aclHeader + maxAclEntries * sizeof(AclEntry)> bytes{};
    const ssize_t size = ::fgetxattr(file, "system.posix_acl_access", bytes.data(), bytes.size());
    if (size < 0 && (errno == ENODATA || errno == ENOTSUP)) {
        const auto group = static_cast<std::uint16_t>((status.st_mode & S_IRWXG) >> 3U);
        const auto others = static_cast<std::uint16_t>(status.st_mode & S_IRWXO);
        return Acl{{AclEntry::owningGroup, group, 0}, {AclEntry::others, others, 0}};
    }
    if (size < static_cast<ssize_t>(aclHeader)) {
        return Error(Code::denied, std::string("its ACL cannot be read: ") + std::strerror(errno));
    }
    Acl acl((static_cast<std::size_t>(size) - aclHeader) / sizeof(AclEntry));
    std::memcpy(acl.data(), bytes.data() + aclHeader, acl.size() * sizeof(AclEntry));
    for (AclEntry& entry : acl) {
        entry = {le16toh(entry.tag), le16toh(entry.permissions), le32toh(entry.id)};
    }
    return acl;
}

bool isOurGroup(gid_t group) {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return group == ::getegid() || std::ranges::find(groups, group) != groups.end();
}

/// Where the open file is; empty if nobody knows.
std::filesystem::path placeOf(int file) {
    std::error_code failure;
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), failure);
}

/// Only root and we have access to that folder: systemd makes it for one service.
bool isCredential(int file) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    std::error_code failure;
    const auto root = std::filesystem::canonical(folder == nullptr ? "" : folder, failure);
    if (failure || root == root.root_path()) {
        return false;
    }
    const auto place = placeOf(file);
    return std::mismatch(root.begin(), root.end(), place.begin(), place.end()).first == root.end();
}

/// May this entry of root's or our own file be there?
bool isHarmless(const AclEntry& entry, int file, const struct stat& status) {
    const bool mount = status.st_uid == 0 && (status.st_mode & ALLPERMS & ~readOnly) == 0;
    switch (entry.tag) {
        case AclEntry::user:
            return entry.id == 0 || entry.id == ::geteuid();
        case AclEntry::owningGroup:
            return mount && (isOurGroup(status.st_gid) || isCredential(file));
        case AclEntry::group:
            return mount && isOurGroup(entry.id);
        default:
            return entry.tag != AclEntry::others;
    }
}

bool isPrivate(const Acl& acl, int file, const struct stat& status) {
    const auto mask = std::ranges::find(acl, AclEntry::mask, &AclEntry::tag);
    return std::ranges::all_of(acl, [&](const AclEntry& entry) {
        const bool masked = mask != acl.end() && entry.tag != AclEntry::others;
        const unsigned permissions = masked ? entry.permissions & mask->permissions : entry.permissions;
        return permissions == 0 || entry.tag == AclEntry::owner || entry.tag == AclEntry::mask ||
               isHarmless(entry, file, status);
    });
}

}  // namespace

Result<void> checkSecret(const Descriptor& file, const std::filesystem::path& name) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        return Error(Code::denied, name.string() + ": " + std::strerror(errno));
    }
    if (auto owned = checkOwner(status.st_uid, name); !owned) {
        return owned;
    }
    auto acl = aclOf(file.get(), status);
    if (!acl) {
        return std::move(acl).error().within(name.string());
    }
    return isPrivate(*acl, file.get(), status)
               ? Result<void>()
               : Error(Code::denied, name.string() + ": others may read it; chmod 600 and own it");
}

}  // namespace aip::base
