#include "mcp_server/turned_away.h"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace aip::mcp_server {
namespace {

constexpr int mostReads = 16;  ///< of one connection: it may send for ever

/// Reads what has come, for nobody. Whether the client has closed the connection.
bool isClosed(int connection) {
    std::array<char, 4096> unread{};
    for (int i = 0; i < mostReads; ++i) {
        const auto got = ::recv(connection, unread.data(), unread.size(), MSG_DONTWAIT);
        if (got <= 0) {
            return got == 0 || (errno != EAGAIN && errno != EINTR);
        }
    }
    return false;
}

}  // namespace

void TurnedAway::add(base::Descriptor connection, std::string_view answer, TimePoint now) {
    if (::send(connection.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        return;
    }
    ::shutdown(connection.get(), SHUT_WR);
    if (_kept.size() >= mostKept) {
        _kept.pop_front();
    }
    _kept.push_back({std::move(connection), now + moment});
}

void TurnedAway::sweep(TimePoint now) {
    std::erase_if(_kept, [now](const Kept& each) { return now >= each.until || isClosed(each.connection.get()); });
}

}  // namespace aip::mcp_server
