#pragma once

#include "network/stream.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <chrono>
#include <memory>

namespace aip::http {

/// A connected Stream as POCO's sessions take it. Failures are Poco::Net::NetException with the stream's words.
class StreamSocket final : public Poco::Net::StreamSocketImpl {
  public:
    /// `sending`: for the peer to take what is sent at once. There is no limit for what is received: whoever waits for
    /// less shuts the socket down.
    StreamSocket(std::unique_ptr<network::Stream> stream, std::chrono::milliseconds sending);

    int receiveBytes(void* buffer, int length, int flags) override;
    int sendBytes(const void* buffer, int length, int flags) override;

  private:
    const std::unique_ptr<network::Stream> _stream;
    const std::chrono::milliseconds _sending;
};

}  // namespace aip::http
