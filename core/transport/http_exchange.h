#pragma once

#include "transport/channel.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace Poco::Net {
class HTTPResponse;
}

namespace aip::transport {

/// One HTTP request and the head of its answer, as both the upgrade and the way through a proxy begin. Pure.
class HttpExchange {
  public:
    enum class State { waiting, accepted, refused };

    virtual ~HttpExchange() = default;

    /// A secret, as it holds the token or the credentials.
    const std::string& request() const { return _request; }

    /// Takes the peer's bytes while waiting.
    State feed(std::string_view bytes);

    /// Once accepted: the bytes after the head of the answer.
    std::string_view rest() const { return std::string_view(_answer).substr(_headSize); }

    /// Once refused.
    const CloseInfo& refusal() const { return _refusal; }

  protected:
    explicit HttpExchange(std::string request) : _request(std::move(request)) {}

    /// Judges a whole answer.
    virtual State check(const Poco::Net::HTTPResponse& response) = 0;

    /// The answer is none: `why` goes on from "the answer".
    virtual State broken(const std::string& why) = 0;

    /// Of a whole answer. Not POCO's: a peer may send a number that its enumeration cannot hold.
    int statusCode() const;

    State refuse(CloseInfo refusal);

  private:
    State parse();

    std::string _request;
    std::string _answer;
    std::size_t _headSize = 0;
    CloseInfo _refusal;
};

}  // namespace aip::transport
