#include "app/pid_file.h"
#include "base/output_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

Error failed(const std::string& path, const std::string& why) {
    return {Code::unavailable, "pidfile " + path + ": " + why};
}

Error failedBySystem(const std::string& path, int error) {
    return failed(path, std::strerror(error));
}

/// Another agent may have removed the file between its opening and its locking.
bool isAt(const std::string& path, const base::Descriptor& file) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

std::string contentOf(const base::Descriptor& file) {
    std::array<char, 64> bytes{};
    const ssize_t size = ::pread(file.get(), bytes.data(), bytes.size(), 0);
    std::string text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    return text;
}

bool isNumber(std::string_view text) {
    return text.size() < 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<void> lockFile(const std::string& path, const base::Descriptor& file) {
    const bool locked = ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
    const int error = errno;
    const std::string content = contentOf(file);
    if (!locked) {
        return error == EWOULDBLOCK ? failed(path, "belongs to an agent that runs, process " + content)
                                    : failedBySystem(path, error);
    }
    return isNumber(content) ? Result<void>() : failed(path, "holds something else than the number of a process");
}

Result<void> writeNumber(const std::string& path, const base::Descriptor& file) {
    const std::string number = std::to_string(::getpid()) + "\n";
    const bool written = ::ftruncate(file.get(), 0) == 0 &&
                         ::pwrite(file.get(), number.data(), number.size(), 0) == static_cast<ssize_t>(number.size());
    return written ? Result<void>() : failedBySystem(path, errno);
}

}  // namespace

Result<PidFile> PidFile::create(const std::string& path) {
    for (int attempts = 0; attempts < 100; ++attempts) {
        auto file = base::openOutput(path, {.mode = 0644, .links = base::Links::refuse});
        if (!file) {
            return Error(Code::unavailable, "pidfile " + file.error().text());
        }
        if (auto locked = lockFile(path, *file); !locked) {
            return locked.error();
        }
        if (!isAt(path, *file)) {
            continue;
        }
        PidFile mine(path, *std::move(file));
        auto written = writeNumber(path, mine._file);
        return written ? Result<PidFile>(std::move(mine)) : written.error();
    }
    return failed(path, "is replaced all the time");
}

PidFile::~PidFile() {
    if (_file && isAt(_path, _file)) {
        ::unlink(_path.c_str());
    }
}

}  // namespace aip::app
