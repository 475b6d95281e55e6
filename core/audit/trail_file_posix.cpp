#include "audit/trail_file.h"
#include "base/output_file.h"
#include "base/shortage.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::audit {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;

constexpr std::size_t pieceSize = 64U << 10U;
constexpr std::size_t owedSize = 21;  ///< digits of the largest number, and a line break

Error systemError(const fs::path& path, int error) {
    const bool little = base::isShortage(error) || error == ENOSPC || error == EDQUOT;
    return {little ? Code::exhausted : Code::unavailable, path.string() + ": " + std::strerror(error)};
}

/// What is there of so many bytes.
Result<std::string> readAt(const Descriptor& file, std::uint64_t at, std::size_t size, const fs::path& name) {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(file.get(), bytes.data() + done, size - done, static_cast<off_t>(at + done));
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return systemError(name, errno);
        }
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    bytes.resize(done);
    return bytes;
}

/// It is empty, or begins as a record does.
Result<void> checkContent(const Descriptor& file, const fs::path& name) {
    const auto first = readAt(file, 0, 1, name);
    if (!first) {
        return first.error();
    }
    return first->empty() || *first == "{"
               ? Result<void>()
               : Error(Code::invalid, name.string() + ": holds something else than records; name another file");
}

/// Where the line begins that has its last byte before `end`: after the line break before it.
Result<std::uint64_t> lineBegin(const Descriptor& file, std::uint64_t end, const fs::path& name) {
    while (end > 0) {
        const std::size_t size = std::min<std::uint64_t>(end, pieceSize);
        const auto piece = readAt(file, end - size, size, name);
        if (!piece) {
            return piece.error();
        }
        if (const auto found = piece->rfind('\n'); found != std::string::npos) {
            return end - size + found + 1;
        }
        end -= size;
    }
    return std::uint64_t{0};
}

std::uint64_t sizeOf(const Descriptor& file) {
    struct stat status {};
    ::fstat(file.get(), &status);
    return static_cast<std::uint64_t>(status.st_size);
}

/// For the newest older part. Up to the first number that is free: a rotation that fails is tried again, and must not
/// push out one part each time. False, with errno: there is none.
bool makeRoom(const TrailFile::Settings& settings) {
    std::size_t number = 1;
    while (number < settings.maxFiles && ::access(olderName(settings.path, number).c_str(), F_OK) == 0) {
        ++number;
    }
    bool made = true;
    for (; made && number > 1; --number) {
        made = std::rename(olderName(settings.path, number - 1).c_str(), olderName(settings.path, number).c_str()) == 0;
    }
    return made;
}

/// The complete lines of a file.
struct Tail {
    std::uint64_t end = 0;  ///< of the last one
    std::string last{};
};

Result<Tail> tailOf(const Descriptor& file, const fs::path& name) {
    const auto end = lineBegin(file, sizeOf(file), name);
    if (!end || *end == 0) {
        return end ? Result<Tail>(Tail()) : end.error();
    }
    const auto begin = lineBegin(file, *end - 1, name);
    if (!begin) {
        return begin.error();
    }
    auto last = readAt(file, *begin, *end - 1 - *begin, name);
    return last ? Result<Tail>(Tail{*end, *std::move(last)}) : last.error();
}

}  // namespace

Result<TrailFile> TrailFile::open(Settings settings) {
    auto lock = base::keepOutput(settings.path);
    if (!lock) {
        return std::move(lock).error();
    }
    auto file = base::openOwnOutput(settings.path);
    if (!file) {
        return std::move(file).error();
    }
    if (auto checked = checkContent(*file, settings.path); !checked) {
        return std::move(checked).error();
    }
    TrailFile opened(std::move(settings), *std::move(lock), *std::move(file));
    opened.readOwed();
    const auto recovered = opened.recover();
    return recovered ? Result<TrailFile>(std::move(opened)) : recovered.error();
}

TrailFile::TrailFile(Settings settings, Descriptor lock, Descriptor file)
    : _settings(std::move(settings)), _lock(std::move(lock)), _file(std::move(file)) {}

Result<void> TrailFile::recover() {
    auto tail = tailOf(_file, _settings.path);
    if (!tail) {
        return tail.error();
    }
    _size = tail->end;
    _cut = sizeOf(_file) - _size;
    if (_cut > 0 && ::ftruncate(_file.get(), static_cast<off_t>(_size)) != 0) {
        return failed(errno);
    }
    const fs::path before = olderName(_settings.path, 1);
    if (const auto older = _size == 0 ? base::openFile(before, base::Links::refuse) : Descriptor(); older && *older) {
        tail = tailOf(*older, before);
        if (!tail) {
            return tail.error();
        }
    }
    _lastLine = std::move(tail->last);
    return {};
}

/// Always so many bytes, so that another number takes the place of this one.
void TrailFile::owe(std::uint64_t count) noexcept {
    std::array<char, owedSize> text{};
    std::snprintf(text.data(), text.size(), "%020llu", static_cast<unsigned long long>(count));
    text.back() = '\n';
    [[maybe_unused]] const ssize_t written = ::pwrite(_lock.get(), text.data(), text.size(), 0);
}

/// The room for it is taken now: later there may be none.
void TrailFile::readOwed() {
    std::array<char, owedSize> text{};
    const ssize_t size = ::pread(_lock.get(), text.data(), text.size(), 0);
    if (size == static_cast<ssize_t>(text.size())) {
        std::from_chars(text.data(), text.data() + text.size(), _owed);
    } else {
        owe(0);
    }
}

bool TrailFile::isInPlace() const {
    struct stat ours {};
    struct stat there {};
    return ::fstat(_file.get(), &ours) == 0 && ::stat(_settings.path.c_str(), &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

Result<void> TrailFile::write(std::string_view lines) {
    std::size_t done = 0;
    while (done < lines.size()) {
        const ssize_t size =
            ::pwrite(_file.get(), lines.data() + done, lines.size() - done, static_cast<off_t>(_size + done));
        if (size < 0 && errno != EINTR) {
            const int error = errno;
            [[maybe_unused]] const int cut = ::ftruncate(_file.get(), static_cast<off_t>(_size));
            return failed(error);
        }
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    _size += lines.size();
    return {};
}

Result<void> TrailFile::sync() {
    return ::fdatasync(_file.get()) == 0 ? Result<void>() : failed(errno);
}

Result<void> TrailFile::rotate() {
    const fs::path nextName = _settings.path.string() + ".next";
    auto next = base::openOwnOutput(nextName);
    if (!next) {
        return std::move(next).error();
    }
    const fs::path older = olderName(_settings.path, 1);
    const bool left =
        makeRoom(_settings) && (std::rename(_settings.path.c_str(), older.c_str()) == 0 || errno == ENOENT);
    if (!left || std::rename(nextName.c_str(), _settings.path.c_str()) != 0) {
        return failed(errno);
    }
    _file = *std::move(next);
    _size = 0;
    return ::ftruncate(_file.get(), 0) == 0 ? Result<void>() : failed(errno);
}

Error TrailFile::failed(int error) const {
    return systemError(_settings.path, error);
}

Result<void> checkTrailFile(const fs::path& path) {
    const auto file = base::openFile(path, base::Links::refuse);
    if (!file) {
        return file.error().code() == Code::notFound ? Result<void>() : file.error();
    }
    auto checked = base::checkAccess(*file, path, base::Access::onlyOursWrite);
    return checked ? checkContent(*file, path) : std::move(checked);
}

fs::path olderName(const fs::path& path, std::size_t number) {
    return path.parent_path() / (path.stem().string() + "." + std::to_string(number) + path.extension().string());
}

}  // namespace aip::audit
