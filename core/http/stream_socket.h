#pragma once

#include "network/stream.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <chrono>
#include <memory>

namespace aip::http {

/// A connected Stream as POCO's sessions take it. Failures are Poco::Net::NetException with the stream's words.
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
    const std::unique_ptr<network::Stream> _stream;
    const Limits _limits;
};

}  // namespace aip::http
