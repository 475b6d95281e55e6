#include "pump.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aip::agentctl {
namespace {

constexpr std::size_t bufferSize = 64UL << 10U;

/// One direction: what was read and is not written yet.
struct Way {
    int from;
    int to;
    std::string rest{};
    bool ended = false;

    bool over() const { return ended && rest.empty(); }
    pollfd reads() const { return {ended || !rest.empty() ? -1 : from, POLLIN, 0}; }
    pollfd writes() const { return {rest.empty() ? -1 : to, POLLOUT, 0}; }

    /// An end that is no good is an end.
    void read() {
        rest.resize(bufferSize);
        const auto size = ::read(from, rest.data(), rest.size());
        rest.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        ended = size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN);
    }

    /// What is writable takes PIPE_BUF bytes without blocking.
    bool write() {
        const auto size = ::write(to, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
        rest.erase(0, size > 0 ? static_cast<std::size_t>(size) : 0);
        return size >= 0 || errno == EINTR || errno == EAGAIN;
    }
};

}  // namespace

base::Result<void> pump(int socket, int in, int out, std::string early) {
    Way there{in, socket};
    Way back{socket, out, std::move(early)};
    bool closed = false;
    while (!back.over()) {
        std::array<pollfd, 4> waits{there.reads(), there.writes(), back.reads(), back.writes()};
        if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
            return base::Error(base::Code::internal, std::string("poll: ") + std::strerror(errno));
        }
        if (waits[0].revents != 0) {
            there.read();
        }
        if (waits[1].revents != 0 && !there.write()) {
            there.rest.clear();
            there.ended = true;
        }
        if (waits[2].revents != 0) {
            back.read();
        }
        if (waits[3].revents != 0 && !back.write()) {
            return base::Error(base::Code::unavailable, std::string("cannot be written: ") + std::strerror(errno));
        }
        if (there.over() && !std::exchange(closed, true)) {
            ::shutdown(socket, SHUT_WR);
        }
    }
    return {};
}

}  // namespace aip::agentctl
