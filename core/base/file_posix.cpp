#include "base/file.h"
#include "base/secret_access.h"
#include "base/shortage.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::base {
namespace {

constexpr std::size_t pieceSize = 64UL << 10U;

Error systemError(Code code, const std::filesystem::path& file) {
    return {code, file.string() + ": " + std::strerror(errno)};
}

Error whyNotOpened(const std::filesystem::path& file, Links links) {
    if (errno == ELOOP && links == Links::refuse) {
        return {Code::invalid, file.string() + ": a symbolic link, not a plain file"};
    }
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return systemError(absent ? Code::notFound : isShortage(errno) ? Code::exhausted : Code::denied, file);
}

/// 0: it is not known.
std::size_t sizeOf(const Descriptor& file) {
    struct stat status {};
    return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
}

Error largerThan(std::size_t limit) {
    return {Code::exhausted, "larger than " + std::to_string(limit) + " bytes"};
}

Result<void> checkWritersOf(const Descriptor& file, const std::filesystem::path& name) {
    struct stat status {};
    return ::fstat(file.get(), &status) == 0 ? checkWriters(status.st_uid, status.st_mode, name)
                                             : systemError(Code::denied, name);
}

}  // namespace

Result<Descriptor> openFile(const std::filesystem::path& file, Links links) {
    // Non-blocking, so that a FIFO in its place does not hold us.
    const int noFollow = links == Links::refuse ? O_NOFOLLOW : 0;
    Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | noFollow));
    if (!descriptor) {
        return whyNotOpened(file, links);
    }
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Error(Code::invalid, file.string() + ": not a plain file");
    }
    return descriptor;
}

Result<void> checkAccess(const Descriptor& file, const std::filesystem::path& name, Access access) {
    switch (access) {
        case Access::any:
            return {};
        case Access::onlyOursWrite:
            return checkWritersOf(file, name);
        case Access::onlyOursRead:
            return checkSecret(file, name);
    }
    return {};
}

Result<void> checkOwner(std::uint32_t user, const std::filesystem::path& name) {
    return user == 0 || user == ::geteuid()
               ? Result<void>()
               : Error(Code::denied, name.string() + " belongs to user " + std::to_string(user) +
                                         ", neither root nor the agent's: chown it");
}

Result<void> checkWriters(std::uint32_t user, std::uint32_t mode, const std::filesystem::path& name) {
    auto owned = checkOwner(user, name);
    return !owned || (mode & (S_IWGRP | S_IWOTH)) == 0
               ? owned
               : Error(Code::denied, name.string() + " can be written by others: chmod go-w it");
}

Result<void> readPieces(const Descriptor& file, const std::function<Result<void>(std::string_view)>& take) {
    std::array<char, pieceSize> piece{};
    off_t offset = 0;
    for (;;) {
        const ssize_t size = ::pread(file.get(), piece.data(), piece.size(), offset);
        if (size == 0) {
            return {};
        }
        if (size < 0 && errno != EINTR) {
            return Error(Code::internal, std::string("reading: ") + std::strerror(errno));
        }
        if (size > 0) {
            offset += size;
            if (auto taken = take(std::string_view(piece.data(), static_cast<std::size_t>(size))); !taken) {
                return taken;
            }
        }
    }
}

Result<std::string> readAll(const Descriptor& file, std::size_t limit) {
    const std::size_t size = sizeOf(file);
    if (size > limit) {
        return largerThan(limit);
    }
    std::string content;
    content.reserve(size);
    auto read = readPieces(file, [&](std::string_view piece) -> Result<void> {
        content += piece;
        return content.size() <= limit ? Result<void>() : largerThan(limit);
    });
    if (!read) {
        return std::move(read).error();
    }
    return content;
}

Result<std::string> readFile(const std::filesystem::path& file, const FileRule& rule) {
    const auto opened = openFile(file, rule.links);
    if (!opened) {
        return opened.error();
    }
    if (auto allowed = checkAccess(*opened, file, rule.access); !allowed) {
        return allowed.error();
    }
    auto content = readAll(*opened, rule.limit);
    return content ? std::move(content) : std::move(content).error().within(file.string());
}

Result<void> writeAll(const Descriptor& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
            return Error(full ? Code::exhausted : Code::internal, std::string("writing: ") + std::strerror(errno));
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace aip::base
