#include "app/file_tail.h"
#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

/// From the first line that begins in it to the end of the last one.
std::string wholeLines(std::string text, bool fromTheStart) {
    if (!fromTheStart) {
        text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
    }
    text.erase(text.find_last_of('\n') + 1);
    return text;
}

}  // namespace

base::Result<std::string> lastLines(const std::filesystem::path& file, std::size_t limit) {
    auto opened = base::openFile(file);
    if (!opened) {
        return std::move(opened).error();
    }
    struct stat status {};
    if (::fstat(opened->get(), &status) != 0 || status.st_size == 0) {
        return std::string();
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    std::string text(std::min(size, limit), '\0');
    const ssize_t got = ::pread(opened->get(), text.data(), text.size(), static_cast<off_t>(size - text.size()));
    if (got < 0) {
        return base::Error(base::Code::unavailable,
                           file.string() + ": " + std::error_code(errno, std::generic_category()).message());
    }
    const bool whole = size <= limit;
    text.resize(static_cast<std::size_t>(got));
    return text.empty() ? text : wholeLines(std::move(text), whole);
}

}  // namespace aip::app
