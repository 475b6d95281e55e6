#include "http/blocking_stream.h"
#include "http/stream_socket.h"

#include <Poco/Net/NetException.h>

#include <array>
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
    const std::span space(static_cast<char*>(buffer), static_cast<std::size_t>(length));
    if (!_begun && !receiveHead()) {
        return 0;
    }
    if (_pending.empty()) {
        return static_cast<int>(receive(space));
    }
    const std::size_t size = _pending.copy(space.data(), space.size());
    _pending.erase(0, size);
    return static_cast<int>(size);
}

std::size_t StreamSocket::receive(std::span<char> space) {
    const auto got = readSome(*_stream, space, std::chrono::steady_clock::now() + _limits.receiving);
    if (!got) {
        throw Poco::Net::NetException(got.error().text());
    }
    return *got;
}

bool StreamSocket::receiveHead() {
    for (auto state = Answer::State::waiting; state != Answer::State::accepted;) {
        std::array<char, 4096> bytes{};
        const std::size_t size = receive(bytes);
        if (size == 0) {
            return false;
        }
        state = _answer.feed({bytes.data(), size});
        if (state == Answer::State::refused) {
            throw Poco::Net::NetException(_answer.refusal().text);
        }
    }
    _pending = _answer.forPoco();
    _begun = true;
    return true;
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
