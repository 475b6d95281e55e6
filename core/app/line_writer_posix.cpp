#include "app/line_writer.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstring>
#include <string>

#include <poll.h>
#include <unistd.h>

namespace aip::app {
namespace {

using Time = std::chrono::steady_clock::time_point;

/// False if that takes too long. What is wrong otherwise, a write finds.
bool becomesWritable(int descriptor, Time until) {
    pollfd entry{descriptor, POLLOUT, 0};
    int ready = -1;
    do {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    errno = ready == 0 ? EAGAIN : errno;
    return ready != 0;
}

/// How much of `text` was written; then errno says why that is not all. A pipe that is writable takes PIPE_BUF bytes
/// without blocking.
std::size_t writeAll(int descriptor, std::string_view text, Time until) {
    std::size_t written = 0;
    while (written < text.size() && becomesWritable(descriptor, until)) {
        const auto portion = text.substr(written, PIPE_BUF);
        const ssize_t size = ::write(descriptor, portion.data(), portion.size());
        if (size <= 0 && errno != EINTR) {
            break;
        }
        written += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    return written;
}

}  // namespace

base::Result<void> LineWriter::write(int descriptor, std::string_view line, std::chrono::milliseconds patience) {
    const std::string mended = _torn ? "\n" + std::string(line) : std::string();
    const std::string_view text = _torn ? mended : line;
    const std::size_t written = writeAll(descriptor, text, std::chrono::steady_clock::now() + patience);
    if (written == text.size()) {
        _torn = false;
        return {};
    }
    const int error = errno;
    _torn = written > 0 ? text[written - 1] != '\n' : _torn;
    return base::Error(base::Code::unavailable, std::strerror(error));
}

}  // namespace aip::app
