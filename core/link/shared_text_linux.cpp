#include "base/json_text.h"
#include "link/shared_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <sys/mman.h>
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

off_t startOf(std::uint32_t area) {
    return static_cast<off_t>(area * TextMemory::areaSize);
}

}  // namespace

base::Result<TextMemory> TextMemory::make() {
    base::Descriptor memory(::memfd_create("aip-text", MFD_CLOEXEC));
    if (!memory) {
        return failed("making shared memory");
    }
    return TextMemory(std::move(memory));
}

base::Result<void> TextMemory::write(const std::vector<std::string_view>& pieces, std::uint32_t area) const {
    std::uint64_t size = 0;
    for (const auto piece : pieces) {
        if (piece.size() > areaSize - size) {
            free(area);
            return Error(Code::exhausted, "a text of more than " + std::to_string(areaSize) + " bytes");
        }
        if (!writeAt(area * areaSize + size, piece)) {
            const Error full = failed("filling shared memory");
            free(area);
            return full;
        }
        size += piece.size();
    }
    return {};
}

bool TextMemory::writeAt(std::uint64_t at, std::string_view piece) const {
    while (!piece.empty()) {
        const ssize_t written = ::pwrite(_memory.get(), piece.data(), piece.size(), static_cast<off_t>(at));
        if (written < 0 && errno != EINTR) {
            return false;
        }
        piece.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        at += written < 0 ? 0 : static_cast<std::uint64_t>(written);
    }
    return true;
}

base::Result<std::string> TextMemory::read(std::uint64_t size, std::uint32_t area) const {
    std::string text;
    try {
        text.reserve(size + base::jsonPadding);
    } catch (const std::exception&) {
        return Error(Code::exhausted, "no memory for " + std::to_string(size) + " bytes");
    }
    while (text.size() < size) {
        const std::size_t at = text.size();
        text.resize(at + std::min(readChunk, size - at));
        const ssize_t got = ::pread(_memory.get(), &text[at], text.size() - at, startOf(area) + static_cast<off_t>(at));
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return Error(Code::invalid, "shared memory that is smaller than it should be");
        }
        text.resize(at + (got < 0 ? 0 : static_cast<std::size_t>(got)));
    }
    return text;
}

void TextMemory::free(std::uint32_t area, std::uint64_t from) const {
    ::fallocate(_memory.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, startOf(area) + static_cast<off_t>(from),
                static_cast<off_t>(areaSize - from));
}

}  // namespace aip::link
