#include "base/file.h"
#include "base/json_text.h"
#include "hosting/artifact.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::hosting {
namespace {

using base::Code;
using base::Error;
using base::Result;

Error systemError(const std::string& what) {
    Code code = Code::internal;
    if (errno == ENOENT || errno == ENOTDIR) {
        code = Code::notFound;
    } else if (errno == EACCES || errno == EPERM || errno == ELOOP) {
        code = Code::denied;
    } else if (errno == ENOSPC || errno == EDQUOT || errno == EMFILE || errno == ENFILE) {
        code = Code::exhausted;
    }
    return {code, what + ": " + std::strerror(errno)};
}

Result<base::Descriptor> temporaryFile() {
    std::error_code none;
    std::string name = (std::filesystem::temp_directory_path(none) / "aip-artifact-XXXXXX").string();
    base::Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file) {
        return systemError("making a temporary file " + name);
    }
    ::unlink(name.c_str());
    return file;
}

}  // namespace

Result<void> checkContent(const Artifact& artifact) {
    struct stat status {};
    const int flags = ::fcntl(artifact.content.get(), F_GETFL);
    const bool readable = flags >= 0 && (flags & O_ACCMODE) != O_WRONLY;
    if (!readable || ::fstat(artifact.content.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        static_cast<std::uint64_t>(status.st_size) < artifact.size) {
        return Error(Code::invalid, "it is not a regular file of its size");
    }
    return {};
}

Result<Artifact> openArtifact(const std::string& path) {
    if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos) {
        return Error(Code::invalid, "the path of a file to be sent must be absolute");
    }
    base::Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
        return systemError("opening " + path);
    }
    if (!S_ISREG(status.st_mode)) {
        return Error(Code::invalid, path + " is not a regular file");
    }
    return Artifact{std::move(file),
                    static_cast<std::uint64_t>(status.st_size),
                    base::repairUtf8(path.substr(path.rfind('/') + 1)),
                    {}};
}

Result<Artifact> spoolArtifact(std::string_view bytes) {
    auto file = temporaryFile();
    if (!file) {
        return file.error();
    }
    if (auto written = base::writeAll(*file, bytes); !written) {
        return std::move(written).error().within("a temporary file");
    }
    return Artifact{*std::move(file), bytes.size(), {}, {}};
}

Result<void> readArtifact(const Artifact& artifact, std::uint64_t offset, std::string& out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const ssize_t got = ::pread(artifact.content.get(), out.data() + filled, out.size() - filled,
                                    static_cast<off_t>(offset + filled));
        if (got < 0 && errno != EINTR) {
            return systemError("reading it");
        }
        if (got == 0) {
            out.resize(filled);
        }
        filled += got < 0 ? 0 : static_cast<std::size_t>(got);
    }
    return {};
}

}  // namespace aip::hosting
