#include "admission/file_trust.h"
#include "admission/sealed_library.h"
#include "base/shortage.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace aip::admission {
namespace {

/// Only the size that it has now: a file that grows meanwhile must not fill the memory.
bool copyContent(int from, int to) {
    struct stat status {};
    if (::fstat(from, &status) != 0) {
        return false;
    }
    if (status.st_size > static_cast<off_t>(largestLibrary)) {
        errno = EFBIG;
        return false;
    }
    off_t offset = 0;
    while (offset < status.st_size) {
        const auto left = static_cast<std::size_t>(status.st_size - offset);
        const ssize_t copied = ::sendfile(to, from, &offset, left);
        if (copied == 0) {
            return true;  // it has shrunk: the hash will differ
        }
        if (copied < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool seal(int copy) {
    return ::fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
}

}  // namespace

base::Result<base::Descriptor, hosting::Refusal> sealLibrary(const base::Descriptor& file, const Manifest& manifest) {
    base::Descriptor copy(::memfd_create(("aip:" + manifest.id).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!copy || !copyContent(file.get(), copy.get()) || !seal(copy.get())) {
        const int why = errno;
        return hosting::Refusal{base::isShortage(why) ? hosting::reason::shortage : hosting::reason::loadFailed,
                                std::string("cannot copy the library into a sealed memfd: ") + std::strerror(why)};
    }
    const auto hash = sha256(copy);
    if (!hash || *hash != manifest.sha256) {
        return hosting::Refusal{
            hosting::reason::hashMismatch,
            hash ? manifest.library + " has been changed since it was admitted" : hash.error().text()};
    }
    return copy;
}

}  // namespace aip::admission
