#include "plugins/shared_text.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;

constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

Error failed(const char* what) {
    return {Code::exhausted, std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

base::Result<Descriptor> shareText(std::string_view text) {
    Descriptor memory(::memfd_create("aip-text", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory) {
        return failed("making shared memory");
    }
    while (!text.empty()) {
        const ssize_t written = ::write(memory.get(), text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return failed("filling shared memory");
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    if (::fcntl(memory.get(), F_ADD_SEALS, seals) != 0) {
        return failed("sealing shared memory");
    }
    return memory;
}

base::Result<SharedText> SharedText::map(const Descriptor& memory, std::uint64_t size) {
    const int found = ::fcntl(memory.get(), F_GET_SEALS);
    struct stat status {};
    if (found < 0 || (found & seals) != seals || ::fstat(memory.get(), &status) != 0 || size == 0 ||
        static_cast<std::uint64_t>(status.st_size) != size) {
        return Error(Code::invalid, "shared memory that is not sealed or of another size than it should be");
    }
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_POPULATE, memory.get(), 0);
    if (data == MAP_FAILED) {
        return failed("mapping shared memory");
    }
    return SharedText(data, size);
}

SharedText::SharedText(SharedText&& other) noexcept
    : _data(std::exchange(other._data, nullptr)), _size(std::exchange(other._size, 0)) {}

SharedText& SharedText::operator=(SharedText&& other) noexcept {
    std::swap(_data, other._data);
    std::swap(_size, other._size);
    return *this;
}

SharedText::~SharedText() {
    if (_data != nullptr) {
        ::munmap(_data, _size);
    }
}

}  // namespace aip::plugins
