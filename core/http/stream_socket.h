#pragma once

#include "http/answer.h"
#include "network/stream.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>

namespace aip::http {

/// A connected Stream as POCO's sessions take it, for one request. Failures are Poco::Net::NetException with the words
/// of the stream, or of the answer.
class StreamSocket final : public Poco::Net::StreamSocketImpl {
  public:
    /// How long one call may last.
    struct Limits {
        std::chrono::milliseconds sending;
        std::chrono::milliseconds receiving;
    };

    StreamSocket(std::unique_ptr<network::Stream> stream, const Limits& limits);

    int receiveBytes(void* buffer, int length, int flags) override;
    int sendBytes(const void* buffer, int length, int flags) override;

  private:
    /// 0: the peer has ended.
    std::size_t receive(std::span<char> space);
    /// False: the peer has ended before its answer was there.
    bool receiveHead();

    const std::unique_ptr<network::Stream> _stream;
    const Limits _limits;
    Answer _answer;
    bool _begun = false;   ///< the head is there
    std::string _pending;  ///< what POCO gets before the stream
};

}  // namespace aip::http
