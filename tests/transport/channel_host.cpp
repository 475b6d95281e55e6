#include "tests/transport/channel_host.h"

#include "base/json_text.h"
#include "tests/support/websocket_peer.h"
#include "transport/frame.h"

#include <future>
#include <stdexcept>
#include <utility>

namespace aip::tests {

using transport::Channel;
using transport::ChannelSettings;
using transport::CloseInfo;
using transport::IncomingMessage;

ChannelSettings quickSettings() {
    using std::chrono::milliseconds;
    ChannelSettings settings;
    settings.connectTimeout = milliseconds(300);
    settings.pingInterval = milliseconds(100);
    settings.pingTimeout = milliseconds(300);
    settings.readTimeout = milliseconds(300);
    settings.sendTimeout = milliseconds(300);
    settings.closeTimeout = milliseconds(300);
    return settings;
}

ChannelHost::ChannelHost(const ChannelSettings& settings, OnMessage onMessage, network::LookUp lookUp)
    : _channel(transport::makeWebSocketChannel(settings, _clock, std::move(lookUp))),
      _onMessage(std::move(onMessage)),
      _thread([this](const std::stop_token& stop) { loop(stop); }) {}

ChannelHost::~ChannelHost() {
    _thread.request_stop();
    _channel->wake();
}

void ChannelHost::open(const std::string& url, const std::string& token) {
    open(transport::Endpoint{url, token});
}

void ChannelHost::open(transport::Endpoint endpoint) {
    post([this, endpoint = std::move(endpoint)](Channel& channel) { channel.open(endpoint, *this); });
}

void ChannelHost::send(std::string text, bool urgent) {
    post([text = std::move(text), urgent](Channel& channel) { channel.send({.pieces = {text}, .urgent = urgent}); });
}

void ChannelHost::close(std::uint16_t code, std::string reason) {
    post([code, reason = std::move(reason)](Channel& channel) { channel.close(code, reason); });
}

void ChannelHost::abort() {
    post([](Channel& channel) { channel.abort(); });
}

void ChannelHost::post(std::function<void(Channel&)> task) {
    {
        const std::lock_guard lock(_mutex);
        _tasks.push_back(std::move(task));
    }
    _channel->wake();
}

void ChannelHost::waitOpen() {
    std::unique_lock lock(_mutex);
    waitUntil(lock, "the channel to open", [this] { return _opened || !_closed.empty(); });
    if (!_opened) {
        throw std::runtime_error("the channel closed: " + _closed.front().text);
    }
    _opened = false;
}

IncomingMessage ChannelHost::waitMessage() {
    std::unique_lock lock(_mutex);
    waitUntil(lock, "a message", [this] { return !_messages.empty(); });
    IncomingMessage message = std::move(_messages.front());
    _messages.pop_front();
    return message;
}

CloseInfo ChannelHost::waitClosed() {
    std::unique_lock lock(_mutex);
    waitUntil(lock, "the channel to close", [this] { return !_closed.empty(); });
    CloseInfo info = std::move(_closed.front());
    _closed.pop_front();
    return info;
}

int ChannelHost::turns() {
    const std::lock_guard lock(_mutex);
    return _turns;
}

void ChannelHost::waitTurns(int count) {
    std::unique_lock lock(_mutex);
    waitUntil(lock, "the channel's thread", [this, count] { return _turns >= count; });
}

std::size_t ChannelHost::queued() {
    std::promise<std::size_t> bytes;
    post([&bytes](Channel& channel) { bytes.set_value(channel.queued()); });
    return bytes.get_future().get();
}

std::string ChannelHost::localAddress() {
    std::promise<std::string> address;
    post([&address](Channel& channel) { address.set_value(channel.localAddress()); });
    return address.get_future().get();
}

void ChannelHost::reopenWhenClosed(std::string url) {
    std::promise<void> known;
    post([&](Channel&) {
        _reopen = std::move(url);
        known.set_value();
    });
    known.get_future().wait();
}

void ChannelHost::onOpen() {
    const std::lock_guard lock(_mutex);
    _opened = true;
    _changed.notify_all();
}

void ChannelHost::onMessage(IncomingMessage message) {
    if (!message.binary && !base::isUtf8(message.data)) {
        return _channel->refuse(transport::close_code::invalidText, transport::notUtf8);
    }
    if (_onMessage && _onMessage(*_channel, message)) {
        return;
    }
    const std::lock_guard lock(_mutex);
    _messages.push_back(std::move(message));
    _changed.notify_all();
}

void ChannelHost::onClosed(const CloseInfo& info) {
    if (!_reopen.empty()) {
        _channel->open({std::exchange(_reopen, {}), {}}, *this);
    }
    const std::lock_guard lock(_mutex);
    _closed.push_back(info);
    _changed.notify_all();
}

void ChannelHost::loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::deque<std::function<void(Channel&)>> tasks;
        {
            const std::lock_guard lock(_mutex);
            tasks.swap(_tasks);
        }
        for (const auto& task : tasks) {
            task(*_channel);
        }
        _channel->run(base::Clock::TimePoint::max());
        const std::lock_guard lock(_mutex);
        ++_turns;
        _changed.notify_all();
    }
}

template <typename Predicate>
void ChannelHost::waitUntil(std::unique_lock<std::mutex>& lock, const char* what, Predicate predicate) {
    if (!_changed.wait_for(lock, limit, predicate)) {
        throw std::runtime_error(std::string("timed out waiting for ") + what);
    }
}

bool echo(transport::Channel& channel, transport::IncomingMessage& message) {
    channel.send({.pieces = {std::string(message.data.view())}, .binary = message.binary});
    return true;
}

std::string pattern(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>('a' + (i * 31 + i / 1009) % 26);
    }
    return text;
}

}  // namespace aip::tests
