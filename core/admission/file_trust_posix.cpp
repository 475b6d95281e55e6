#include "admission/file_trust.h"
#include "base/sha256.h"
#include "base/shortage.h"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using base::Result;

Error systemError(Code code, const std::filesystem::path& file) {
    return {base::isShortage(errno) ? Code::exhausted : code, file.string() + ": " + std::strerror(errno)};
}

Result<void> trust(const struct stat& status, const std::filesystem::path& name, bool parent) {
    const bool sticky = parent && (status.st_mode & S_ISVTX) != 0 && status.st_uid == 0;
    return sticky ? Result<void>() : base::checkWriters(status.st_uid, status.st_mode, name);
}

}  // namespace

Result<std::string> sha256(const base::Descriptor& file) {
    base::Sha256 hash;
    auto read = base::readPieces(file, [&](std::string_view piece) -> Result<void> {
        hash.update(piece);
        return {};
    });
    if (!read) {
        return std::move(read).error();
    }
    return hash.hex();
}

Result<void> trustFile(const base::Descriptor& file, const std::filesystem::path& name) {
    return base::checkAccess(file, name, base::Access::onlyOursWrite);
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
