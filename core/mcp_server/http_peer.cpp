#include "mcp_server/http_peer.h"

#include "mcp/rpc.h"

#include <utility>

namespace aip::mcp_server {

HttpPeer::HttpPeer(execution::Dispatcher& dispatcher, Catalogue& catalogue, mcp::ServerInfo info, std::string session,
                   ClientLimits limits)
    : _door(dispatcher, catalogue, std::move(info), std::move(session), limits,
            [this](mcp::ToClient message) { keep(std::move(message)); }) {}

/// What nobody waits for is dropped.
void HttpPeer::keep(mcp::ToClient message) {
    _queues.with([&](Queues& queues) {
        const auto queue = queues.find(message.request);
        if (queue != queues.end() && (message.last || queue->second.size() < mostWaiting)) {
            queue->second.push_back(std::move(message));
        }
    });
    _queues.notify();
}

bool HttpPeer::ask(const std::string& request, std::string message) {
    if (!_queues.with([&](Queues& queues) { return queues.try_emplace(request).second; })) {
        return false;
    }
    if (!message.empty()) {
        _door.received(std::move(message));
    }
    return true;
}

std::optional<mcp::ToClient> HttpPeer::next(const std::string& request, std::chrono::steady_clock::time_point limit) {
    return _queues.waitUntil(
        limit, [&](const Queues& queues) { return !queues.at(request).empty(); },
        [&](Queues& queues) -> std::optional<mcp::ToClient> {
            auto& queue = queues.at(request);
            if (queue.empty()) {
                return std::nullopt;
            }
            auto message = std::move(queue.front());
            queue.pop_front();
            return message;
        });
}

void HttpPeer::leave(const std::string& request, bool cancelled) {
    if (cancelled) {
        _door.received(mcp::rpcNotification("notifications/cancelled", R"({"requestId":)" + request + "}"));
    }
    _queues.with([&](Queues& queues) { queues.erase(request); });
}

}  // namespace aip::mcp_server
