#include "http/gentle_end.h"

#include <Poco/Timespan.h>

#include <chrono>
#include <cstddef>
#include <string>

namespace aip::http {
namespace {

constexpr std::chrono::seconds dropTime{2};
constexpr std::size_t dropSize = 64UL << 10U;

}  // namespace

void endGently(Poco::Net::StreamSocket& socket) {
    socket.shutdownSend();
    const auto end = std::chrono::steady_clock::now() + dropTime;
    std::string dropped(dropSize, '\0');
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::microseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !socket.poll(left.count(), Poco::Net::Socket::SELECT_READ) ||
            socket.receiveBytes(dropped.data(), static_cast<int>(dropped.size())) <= 0) {
            return;
        }
    }
}

}  // namespace aip::http
