#include "app/log_file.h"
#include "base/output_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Result;

Result<base::Descriptor> openToAppend(const std::string& path, unsigned mode) {
    return base::openOutput(path, {.mode = mode, .append = true});
}

}  // namespace

Result<LogFile> LogFile::open(Settings settings) {
    auto file = openToAppend(settings.path, settings.mode);
    if (!file) {
        return std::move(file).error();
    }
    return LogFile(std::move(settings), *std::move(file));
}

LogFile::LogFile(Settings settings, base::Descriptor file) : _settings(std::move(settings)), _file(std::move(file)) {
    measure();
}

void LogFile::measure() {
    struct stat status {};
    ::fstat(_file.get(), &status);
    _size = static_cast<std::uint64_t>(status.st_size);
}

Result<void> LogFile::write(std::string_view line) {
    if (_size + line.size() > _settings.maxSize) {
        measure();  // somebody else may have emptied it
        if (_size > 0 && _size + line.size() > _settings.maxSize) {
            rotate();
        }
    }
    auto written = _writer.write(_file.get(), line, {});
    if (!written) {
        measure();
        return std::move(written).error().within(_settings.path);
    }
    _size += line.size();
    return {};
}

/// Without room or a descriptor for the next file, it is rotated later: it may grow to twice its size.
void LogFile::rotate() {
    const std::string nextName = _settings.path + ".next";
    auto next = openToAppend(nextName, _settings.mode);
    if (!next) {
        if (next.error().code() != Code::exhausted || _size >= 2 * _settings.maxSize) {
            startOver();
        }
        return;
    }
    for (std::size_t i = _settings.maxFiles; i > 1; --i) {
        std::rename(rotatedName(i - 1).c_str(), rotatedName(i).c_str());
    }
    if (std::rename(_settings.path.c_str(), rotatedName(1).c_str()) != 0 && errno != ENOENT) {
        ::unlink(nextName.c_str());
        startOver();
        return;
    }
    std::rename(nextName.c_str(), _settings.path.c_str());
    _file = *std::move(next);
    _writer.startOver();
    measure();
}

/// Where files cannot be renamed, the file starts again: its size is a promise.
void LogFile::startOver() {
    if (::ftruncate(_file.get(), 0) == 0) {
        _writer.startOver();
    }
    measure();
}

std::string LogFile::rotatedName(std::size_t number) const {
    const std::filesystem::path path(_settings.path);
    const std::string name = path.stem().string() + "." + std::to_string(number) + path.extension().string();
    return (path.parent_path() / name).string();
}

}  // namespace aip::app
