#pragma once

#include "mcp_server/allowance.h"
#include "mcp_server/http_times.h"
#include "mcp_server/pace.h"

#include <Poco/Net/StreamSocketImpl.h>

#include <cstddef>

namespace aip::mcp_server {

/// The server's end of a connection. However often a client sends or takes a byte: a part of a request has one deadline
/// and one limit of bytes, and there is a Pace for what it is sent. What is late throws Poco::TimeoutException. One
/// thread, but for shutdown(), which ends every wait.
class TimedSocket final : public Poco::Net::StreamSocketImpl {
  public:
    enum class Flaw { none, late, tooLong, cut };

    /// Takes the descriptor. A head comes first.
    TimedSocket(int descriptor, const HttpTimes& times);

    void expectHead();
    /// `longest`: bytes as they come, with what chunks need.
    void expectBody(std::size_t longest);

    /// What is sent from now on has a time of its own: an answer, an event.
    void beginSending() { _pace.begin(); }

    /// Of the part that is expected: why not all of it has come.
    Flaw flaw() const { return _flaw; }

    int receiveBytes(void* buffer, int length, int flags) override;
    int sendBytes(const void* buffer, int length, int flags) override;

  private:
    void expect(const Allowance& part);
    bool waitToSend();

    const HttpTimes _times;
    Allowance _part;
    Pace _pace;
    Flaw _flaw = Flaw::none;
};

}  // namespace aip::mcp_server
