#include "app/log_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr mode_t fileMode = 0640;
constexpr mode_t folderMode = 0750;

void makeFolders(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (folder.has_relative_path() && !std::filesystem::exists(folder, ignored)) {
        makeFolders(folder.parent_path());
        ::mkdir(folder.c_str(), folderMode);
    }
}

/// O_NONBLOCK: neither a pipe without a reader nor a stopped terminal must hold up the agent.
base::Descriptor openToAppend(const std::string& path) {
    return base::Descriptor(
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, fileMode));
}

/// How much of `text` was written; then errno says why that is not all.
std::size_t writeAll(const base::Descriptor& file, std::string_view text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t size = ::write(file.get(), text.data() + written, text.size() - written);
        if (size <= 0 && errno != EINTR) {
            break;
        }
        written += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    return written;
}

}  // namespace

Result<LogFile> LogFile::open(Settings settings) {
    makeFolders(std::filesystem::path(settings.path).parent_path());
    auto file = openToAppend(settings.path);
    if (!file) {
        return Error(Code::unavailable, settings.path + ": " + std::strerror(errno));
    }
    return LogFile(std::move(settings), std::move(file));
}

LogFile::LogFile(Settings settings, base::Descriptor file) : _settings(std::move(settings)), _file(std::move(file)) {
    measure();
}

void LogFile::measure() {
    struct stat status {};
    ::fstat(_file.get(), &status);
    _plain = S_ISREG(status.st_mode);
    _size = static_cast<std::uint64_t>(status.st_size);
}

Result<void> LogFile::write(std::string_view line) {
    if (_plain && _size + line.size() > _settings.maxSize) {
        measure();  // somebody else may have emptied it
        if (_size > 0 && _size + line.size() > _settings.maxSize) {
            rotate();
        }
    }
    const std::string mended = _torn ? "\n" + std::string(line) : std::string();
    const std::string_view text = _torn ? mended : line;
    const std::size_t written = writeAll(_file, text);
    _size += written;
    if (written == text.size()) {
        _torn = false;
        return {};
    }
    const int error = errno;
    _torn = written > 0 ? text[written - 1] != '\n' : _torn;
    return Error(Code::unavailable, _settings.path + ": " + std::strerror(error));
}

/// Where files cannot be renamed, the file starts again: its size is a promise. Without a descriptor for the next one
/// it is not rotated yet.
void LogFile::rotate() {
    base::Descriptor spare = _file.duplicate();
    if (!spare) {
        return;
    }
    for (std::size_t i = _settings.maxFiles; i > 1; --i) {
        std::rename(rotatedName(i - 1).c_str(), rotatedName(i).c_str());
    }
    const bool moved = std::rename(_settings.path.c_str(), rotatedName(1).c_str()) == 0;
    spare = base::Descriptor();
    if (auto next = openToAppend(_settings.path)) {
        _file = std::move(next);
    }
    if (!moved && ::ftruncate(_file.get(), 0) == 0) {
        _torn = false;
    }
    _torn = _torn && !moved;
    measure();
}

std::string LogFile::rotatedName(std::size_t number) const {
    const std::filesystem::path path(_settings.path);
    const std::string name = path.stem().string() + "." + std::to_string(number) + path.extension().string();
    return (path.parent_path() / name).string();
}

}  // namespace aip::app
