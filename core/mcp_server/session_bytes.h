#pragma once

#include "http/request_body.h"

#include <Poco/Net/HTTPSession.h>

#include <cstddef>
#include <optional>
#include <string>

namespace aip::mcp_server {

/// What a session of POCO has read ahead, and then what its socket receives. Of the session POCO's own streams alone
/// may read; we do through the names that a derived class sees. `session` outlives it. Throws as its socket does.
class SessionBytes final : public http::IncomingBytes {
  public:
    explicit SessionBytes(Poco::Net::HTTPSession& session) : _session(session) {}

    std::optional<char> next() override {
        const int byte = (_session.*&Opened::get)();
        return byte == std::char_traits<char>::eof() ? std::nullopt : std::optional(static_cast<char>(byte));
    }
    std::size_t some(char* into, std::size_t most) override {
        return static_cast<std::size_t>((_session.*&Opened::read)(into, static_cast<std::streamsize>(most)));
    }

  private:
    struct Opened : Poco::Net::HTTPSession {
        using HTTPSession::get;
        using HTTPSession::read;
    };

    Poco::Net::HTTPSession& _session;
};

}  // namespace aip::mcp_server
