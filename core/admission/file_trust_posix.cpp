#include "admission/file_trust.h"
#include "admission/sha256.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t pieceSize = 64UL << 10U;

Error systemError(Code code, const std::filesystem::path& file) {
    return {code, file.string() + ": " + std::strerror(errno)};
}

/// Calls `use` with the content piece by piece, until one fails.
template <typename Use>
Result<void> readPieces(const base::Descriptor& file, Use use) {
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
            if (auto used = use(std::string_view(piece.data(), static_cast<std::size_t>(size))); !used) {
                return used;
            }
        }
    }
}

Result<void> trust(const struct stat& status, const std::filesystem::path& name, bool parent) {
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return Error(Code::denied, name.string() + " belongs to user " + std::to_string(status.st_uid) +
                                       ", neither root nor the agent's: chown it");
    }
    const bool sticky = parent && (status.st_mode & S_ISVTX) != 0 && status.st_uid == 0;
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky) {
        return Error(Code::denied, name.string() + " can be written by others: chmod go-w it");
    }
    return {};
}

}  // namespace

Result<base::Descriptor> openFile(const std::filesystem::path& file) {
    // Non-blocking: opening a FIFO must not wait for a writer.
    base::Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!descriptor) {
        return systemError(errno == ENOENT ? Code::notFound : Code::denied, file);
    }
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Error(Code::denied, file.string() + ": not a plain file");
    }
    return descriptor;
}

Result<std::string> readAll(const base::Descriptor& file, std::size_t limit) {
    std::string content;
    auto read = readPieces(file, [&](std::string_view piece) -> Result<void> {
        content += piece;
        return content.size() <= limit ? Result<void>()
                                       : Error(Code::exhausted, "larger than " + std::to_string(limit) + " bytes");
    });
    if (!read) {
        return std::move(read).error();
    }
    return content;
}

Result<std::string> sha256(const base::Descriptor& file) {
    Sha256 hash;
    auto read = readPieces(file, [&](std::string_view piece) -> Result<void> {
        hash.update(piece);
        return {};
    });
    if (!read) {
        return std::move(read).error();
    }
    return hash.hex();
}

Result<void> trustFile(const base::Descriptor& file, const std::filesystem::path& name) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        return systemError(Code::denied, name);
    }
    return trust(status, name, false);
}

Result<void> trustFolder(const std::filesystem::path& folder) {
    for (std::filesystem::path at = folder;; at = at.parent_path()) {
        struct stat status {};
        if (::lstat(at.c_str(), &status) != 0) {
            return systemError(Code::denied, at);
        }
        if (auto trusted = trust(status, at, at != folder); !trusted) {
            return trusted;
        }
        if (at == at.parent_path()) {
            return {};
        }
    }
}

}  // namespace aip::admission
