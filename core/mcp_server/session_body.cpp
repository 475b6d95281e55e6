#include "mcp_server/session_body.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace aip::mcp_server {
namespace {

constexpr std::size_t readAtOnce = 64UL << 10U;

/// POCO's own streams alone may read from a session; we do through the names that a derived class sees.
struct OpenedSession : Poco::Net::HTTPSession {
    using HTTPSession::get;
    using HTTPSession::read;
};

/// 0: the client sends no more. A single byte comes from what has been read ahead: not a system call for each.
std::size_t receive(Poco::Net::HTTPSession& session, char* into, std::size_t most) {
    if (most > 1) {
        return static_cast<std::size_t>((session.*&OpenedSession::read)(into, static_cast<std::streamsize>(most)));
    }
    const int byte = (session.*&OpenedSession::get)();
    *into = static_cast<char>(byte);
    return byte == std::char_traits<char>::eof() ? 0 : 1;
}

}  // namespace

base::Result<void> readBody(Poco::Net::HTTPSession& session, http::BodyParser& parser) {
    std::string piece;
    while (!parser.isWhole()) {
        piece.resize(std::max(piece.size(), std::min(parser.wanted(), readAtOnce)));
        const std::size_t size = receive(session, piece.data(), std::min(parser.wanted(), piece.size()));
        if (size == 0) {
            return parser.cut();
        }
        std::string_view bytes = std::string_view(piece).substr(0, size);
        if (auto parsed = parser.parse(bytes); !parsed) {
            return parsed;
        }
    }
    return {};
}

}  // namespace aip::mcp_server
