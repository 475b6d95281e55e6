#pragma once

#include "base/error.h"
#include "transport/channel.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace aip::transport {

/// An Endpoint taken apart.
struct Target {
    std::string host;  ///< name or numeric address, without brackets
    std::uint16_t port = 0;
    std::string path;      ///< for texts
    std::string resource;  ///< path and query, the token included: a secret
};

/// The errors never hold the query of the url.
base::Result<Target> parseEndpoint(const Endpoint& endpoint);

/// `text` with every occurrence of the token, plain or percent-encoded, replaced by "***".
std::string withoutToken(std::string text, const std::string& token);

/// The HTTP request that becomes a WebSocket, and the check of its answer. Pure.
class Upgrade {
  public:
    enum class State { waiting, accepted, refused };

    /// `key` is the Sec-WebSocket-Key: 16 random bytes in Base64.
    Upgrade(const Target& target, std::string key);

    /// With a random key.
    explicit Upgrade(const Target& target);

    /// A secret, as it holds the token.
    const std::string& request() const { return _request; }

    /// Takes the server's bytes while waiting.
    State feed(std::string_view bytes);

    /// Once accepted: the bytes behind the answer, which belong to the first frame.
    std::string_view rest() const { return std::string_view(_answer).substr(_headerSize); }

    /// Once refused.
    const CloseInfo& refusal() const { return _refusal; }

  private:
    State check(const std::string& header);
    State refuse(CloseCause cause, std::uint16_t code, int httpStatus, std::string text);
    State broken(std::string text);

    std::string _key;
    std::string _path;
    std::string _request;
    std::string _answer;
    std::size_t _headerSize = 0;
    CloseInfo _refusal;
};

}  // namespace aip::transport
