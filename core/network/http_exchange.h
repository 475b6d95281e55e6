#pragma once

#include "network/http_head.h"
#include "network/obstacle.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace aip::network {

/// Why a peer's answer is not the one that was asked for.
struct Refusal {
    int httpStatus = 0;  ///< 0: the answer is not even valid
    std::string text{};  ///< for the log: what happened and, where possible, what to do
    Obstacle obstacle = Obstacle::unknown;
    bool violated = false;  ///< the peer broke the protocol
};

/// One HTTP request and the head of its answer, as both the upgrade and the way through a proxy begin. Interim answers
/// (1xx but 101) are skipped. Pure.
class HttpExchange {
  public:
    enum class State { waiting, accepted, refused };

    virtual ~HttpExchange() = default;

    /// A secret, as it holds the token or the credentials.
    const std::string& request() const { return _request; }

    /// Takes the peer's bytes while waiting.
    State feed(std::string_view bytes);

    /// Once accepted: the bytes after the head of the answer.
    std::string_view rest() const { return _rest; }

    /// Once refused.
    const Refusal& refusal() const { return _refusal; }

    /// Of the answer, as far as it has come.
    const HttpHead& head() const { return _reader.head(); }

  protected:
    explicit HttpExchange(std::string request) : _request(std::move(request)) {}

    /// Judges a whole answer.
    virtual State check(const HttpHead& head) = 0;

    /// The answer is none: `why` goes on from "the answer".
    virtual State broken(const std::string& why) = 0;

    /// The peer speaks TLS and was spoken to without.
    virtual State answeredInTls() = 0;

    State refuse(Refusal refusal);

  private:
    bool skipInterim();

    std::string _request;
    bool _first = true;  ///< nothing has come yet
    HttpHeadReader _reader;
    std::size_t _interims = 0;
    std::size_t _interimBytes = 0;
    std::string _rest;
    Refusal _refusal;
};

}  // namespace aip::network
