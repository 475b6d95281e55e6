#include "http/blocking_stream.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using network::IoStep;
using network::Progress;
using network::Stream;
using std::chrono::milliseconds;

constexpr milliseconds longestPoll{60'000};

/// False if the time is over.
bool await(const Stream& stream, Progress wants, TimePoint end) {
    pollfd asked{stream.descriptor(), static_cast<short>(wants == Progress::wantsRead ? POLLIN : POLLOUT), 0};
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            return false;
        }
        const int ready = ::poll(&asked, 1, static_cast<int>(std::min(left, longestPoll).count()));
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
    }
}

/// Until a step is neither unready nor failed.
template <typename Step>
base::Result<IoStep> repeat(const Stream& stream, TimePoint end, const char* silence, Step step) {
    for (;;) {
        const IoStep io = step();
        if (io.progress == Progress::failed) {
            return Error(Code::unavailable, stream.error());
        }
        if (io.progress == Progress::done || io.progress == Progress::ended) {
            return io;
        }
        if (!await(stream, io.progress, end)) {
            return Error(Code::unavailable, silence);
        }
    }
}

}  // namespace

base::Result<void> finishConnecting(Stream& stream, TimePoint end, const char* silence) {
    const auto io = repeat(stream, end, silence, [&] { return stream.connect(); });
    return io ? base::Result<void>() : io.error();
}

base::Result<std::size_t> readSome(Stream& stream, std::span<char> space, TimePoint end) {
    const auto io = repeat(stream, end, "no answer in time", [&] { return stream.read(space); });
    return io ? base::Result<std::size_t>(io->bytes) : io.error();
}

base::Result<void> writeAll(Stream& stream, std::string_view bytes, TimePoint end) {
    while (!bytes.empty()) {
        const auto io = repeat(stream, end, "what is sent is not taken in time", [&] { return stream.write(bytes); });
        if (!io) {
            return io.error();
        }
        if (io->progress == Progress::ended) {
            return Error(Code::unavailable, "the connection has ended");
        }
        bytes.remove_prefix(io->bytes);
    }
    return {};
}

}  // namespace aip::http
