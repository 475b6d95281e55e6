#include "mcp_server/timed_socket.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>

namespace aip::mcp_server {
namespace {

using std::chrono::milliseconds;
using Clock = Allowance::Clock;

constexpr std::size_t longestHead = 64UL << 10U;
constexpr milliseconds longestPoll{60'000};

/// False if the time is over. What is wrong with the socket, the call after this one tells.
bool isReady(int socket, short events, Clock::time_point end) {
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
        if (left.count() <= 0) {
            return false;
        }
        pollfd asked{socket, events, 0};
        const int ready = ::poll(&asked, 1, static_cast<int>(std::min(left, longestPoll).count()));
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
    }
}

Allowance headAllowance(const HttpTimes& times) {
    return {times.head, longestHead};
}

}  // namespace

TimedSocket::TimedSocket(int descriptor, const HttpTimes& times)
    : StreamSocketImpl(descriptor),
      _times(times),
      _part(headAllowance(times)),
      _pace(times.answer, times.slowestReader) {}

void TimedSocket::expectHead() {
    expect(headAllowance(_times));
}

void TimedSocket::expectBody(std::size_t longest) {
    expect({_times.body, longest});
}

void TimedSocket::expect(const Allowance& part) {
    _part = part;
    _flaw = Flaw::none;
}

int TimedSocket::receiveBytes(void* buffer, int length, int flags) {
    if (_flaw == Flaw::none && !isReady(sockfd(), POLLIN, _part.end(Clock::now()))) {
        _flaw = Flaw::late;
    }
    if (_flaw != Flaw::none) {
        throw Poco::TimeoutException("a part of a request has not come in time, or is too long");
    }
    _flaw = Flaw::cut;  // also if this throws
    const int got = StreamSocketImpl::receiveBytes(buffer, length, flags);
    if (got > 0) {
        _flaw = _part.take(static_cast<std::size_t>(got)) ? Flaw::none : Flaw::tooLong;
    }
    return got;
}

bool TimedSocket::waitToSend() {
    const auto begin = Clock::now();
    const bool ready = isReady(sockfd(), POLLOUT, begin + _pace.left());
    _pace.waited(Clock::now() - begin);
    return ready;
}

int TimedSocket::sendBytes(const void* buffer, int length, int flags) {
    const char* from = static_cast<const char*>(buffer);
    for (int sent = 0; sent < length;) {
        if (!waitToSend()) {
            throw Poco::TimeoutException("the client does not take its answer in time");
        }
        const int taken = SocketImpl::sendBytes(from + sent, length - sent, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
        _pace.took(static_cast<std::size_t>(taken));
        sent += taken;
    }
    return length;
}

}  // namespace aip::mcp_server
