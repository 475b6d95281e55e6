#include "base/json_text.h"
#include "link/shared_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::link {
namespace {

using base::Code;
using base::Error;

/// Small enough to be still in the processor's cache when it is filled after it was cleared.
constexpr std::uint64_t readChunk = 256UL << 10U;

Error failed(const char* what) {
    return {Code::exhausted, std::string(what) + ": " + std::strerror(errno)};
}

bool holds(const base::Descriptor& memory, std::uint64_t size) {
    struct stat status {};
    return isMemory(memory) && ::fstat(memory.get(), &status) == 0 &&
           static_cast<std::uint64_t>(status.st_size) >= size;
}

}  // namespace

bool isMemory(const base::Descriptor& descriptor) {
    return ::fcntl(descriptor.get(), F_GET_SEALS) >= 0;  // nothing else has seals
}

base::Result<void> TextMemory::write(const std::vector<std::string_view>& pieces) {
    if (!_memory) {
        _memory = base::Descriptor(::memfd_create("aip-text", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    }
    if (!_memory) {
        return failed("making shared memory");
    }
    std::int64_t at = 0;
    for (const auto piece : pieces) {
        if (!writeAt(at, piece)) {
            const Error full = failed("filling shared memory");
            _memory = base::Descriptor();
            return full;
        }
        at += static_cast<std::int64_t>(piece.size());
    }
    return {};
}

bool TextMemory::writeAt(std::int64_t at, std::string_view piece) const {
    while (!piece.empty()) {
        const ssize_t written = ::pwrite(_memory.get(), piece.data(), piece.size(), at);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        piece.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        at += written < 0 ? 0 : written;
    }
    return true;
}

base::Result<std::string> readText(const base::Descriptor& memory, std::uint64_t size) {
    const Error bad(Code::invalid, "shared memory that is smaller than it should be");
    if (!holds(memory, size)) {
        return bad;
    }
    std::string text;
    try {
        text.reserve(size + base::jsonPadding);
    } catch (const std::exception&) {
        return Error(Code::exhausted, "no memory for " + std::to_string(size) + " bytes");
    }
    while (text.size() < size) {
        const std::size_t at = text.size();
        text.resize(at + std::min(readChunk, size - at));
        const ssize_t got = ::pread(memory.get(), &text[at], text.size() - at, static_cast<off_t>(at));
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return bad;
        }
        text.resize(at + (got < 0 ? 0 : static_cast<std::size_t>(got)));
    }
    return text;
}

}  // namespace aip::link
