#include "http/blocking_stream.h"
#include "http/stream_socket.h"

#include <Poco/Net/NetException.h>

#include <cstddef>
#include <utility>

#include <fcntl.h>

namespace aip::http {

/// POCO owns a descriptor, and so does the stream.
StreamSocket::StreamSocket(std::unique_ptr<network::Stream> stream, const Limits& limits)
    : StreamSocketImpl(::fcntl(stream->descriptor(), F_DUPFD_CLOEXEC, 0)),
      _stream(std::move(stream)),
      _limits(limits) {}

int StreamSocket::receiveBytes(void* buffer, int length, int /*flags*/) {
    const auto got = readSome(*_stream, {static_cast<char*>(buffer), static_cast<std::size_t>(length)},
                              std::chrono::steady_clock::now() + _limits.receiving);
    if (!got) {
        throw Poco::Net::NetException(got.error().text());
    }
    return static_cast<int>(*got);
}

int StreamSocket::sendBytes(const void* buffer, int length, int /*flags*/) {
    const auto sent = writeAll(*_stream, {static_cast<const char*>(buffer), static_cast<std::size_t>(length)},
                               std::chrono::steady_clock::now() + _limits.sending);
    if (!sent) {
        throw Poco::Net::NetException(sent.error().text());
    }
    return length;
}

}  // namespace aip::http
