#include "admission/file_trust.h"
#include "key_file.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::tool {

using base::Code;
using base::Error;

constexpr std::size_t largestKeyFile = 64UL << 10U;

base::Result<admission::PrivateKey> readPrivateKey(const std::filesystem::path& file) {
    const base::Descriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!open || ::fstat(open.get(), &status) != 0) {
        return Error(Code::notFound, file.string() + ": " + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return Error(Code::denied, file.string() + ": not a plain file");
    }
    if ((status.st_mode & 077U) != 0 || (status.st_uid != ::geteuid() && status.st_uid != 0)) {
        return Error(Code::denied, file.string() + ": others may read it; chmod 600 and own it");
    }
    auto pem = admission::readAll(open, largestKeyFile);
    auto key = pem ? admission::PrivateKey::parse(*pem) : pem.error();
    if (pem) {
        ::explicit_bzero(pem->data(), pem->size());
    }
    return key ? std::move(key) : std::move(key).error().within(file.string());
}

}  // namespace aip::tool
