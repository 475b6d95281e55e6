#include "mcp_server/http_peer.h"

#include "base/log.h"
#include "mcp/rpc.h"

#include <exception>
#include <utility>

namespace aip::mcp_server {

HttpPeer::HttpPeer(execution::Dispatcher& dispatcher, OfferedTools& offered, mcp::ServerInfo info, std::string session,
                   ClientLimits limits)
    : _door(dispatcher, offered, std::move(info), std::move(session), std::move(limits),
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

std::optional<HttpPeer::Waiting> HttpPeer::ask(std::string request, const ClientMessage& message, bool kept) {
    if (!_queues.with([&](Queues& queues) { return queues.try_emplace(request).second; })) {
        return std::nullopt;
    }
    Waiting waiting(*this, std::move(request), kept);
    _door.received(message);
    return waiting;
}

std::optional<HttpPeer::Waiting> HttpPeer::listen() {
    if (!_queues.with([](Queues& queues) { return queues.try_emplace("").second; })) {
        return std::nullopt;
    }
    return Waiting(*this, "", true);
}

bool HttpPeer::isBusy() {
    const bool awaited = _queues.with([](const Queues& queues) { return !queues.empty(); });
    return awaited || !_door.waitUntilAnswered(std::chrono::milliseconds(0));
}

std::optional<mcp::ToClient> HttpPeer::Waiting::next(std::chrono::steady_clock::time_point limit) {
    auto next = _peer->_queues.waitUntil(
        limit, [&](const Queues& queues) { return !queues.at(_request).empty(); },
        [&](Queues& queues) -> std::optional<mcp::ToClient> {
            auto& queue = queues.at(_request);
            if (queue.empty()) {
                return std::nullopt;
            }
            auto message = std::move(queue.front());
            queue.pop_front();
            return message;
        });
    _needed = _needed || (next && next->last);
    return next;
}

/// Cancelled first: then its id may be used again.
HttpPeer::Waiting::~Waiting() {
    if (_peer == nullptr) {
        return;
    }
    try {
        if (!_needed) {
            _peer->cancel(_request);
        }
    } catch (const std::exception& failure) {
        base::log::warn("mcp: a request is not cancelled: {}", failure.what());
    }
    _peer->_queues.with([this](Queues& queues) { queues.erase(_request); });
}

void HttpPeer::cancel(const std::string& request) {
    _door.received(mcp::rpcNotification("notifications/cancelled", R"({"requestId":)" + request + "}"));
}

}  // namespace aip::mcp_server
