#pragma once

#include "base/clock.h"
#include "transport/websocket_channel.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace aip::tests {

/// Settings for a test that waits for a time-out.
transport::ChannelSettings quickSettings();

/// Runs a channel on a thread of its own, as the lifecycle does, and keeps what it reports until the test asks for it.
/// Refuses texts that are not UTF-8.
class ChannelHost final : private transport::ChannelHandler {
  public:
    /// Called on the channel's thread; a message it takes is not kept.
    using OnMessage = std::function<bool(transport::Channel&, transport::IncomingMessage&)>;

    explicit ChannelHost(const transport::ChannelSettings& settings = {}, OnMessage onMessage = {},
                         network::LookUp lookUp = network::resolve);
    ~ChannelHost() override;

    void open(const std::string& url, const std::string& token = {});
    void open(transport::Endpoint endpoint);
    void send(std::string text, bool urgent = false);
    void close(std::uint16_t code, std::string reason = {});
    void abort();

    /// Runs `task` on the channel's thread.
    void post(std::function<void(transport::Channel&)> task);

    /// Channel::standIn() on this thread.
    bool standIn(const std::function<std::optional<base::Clock::TimePoint>(transport::Channel&)>& errand) {
        return _channel->standIn([&] { return errand(*_channel); });
    }

    /// How often the channel's thread has waited.
    int turns();

    /// Each waits as long as `limit` of the tests and throws when it times out.
    void waitOpen();
    transport::IncomingMessage waitMessage();
    transport::CloseInfo waitClosed();
    void waitTurns(int count);

    /// What queued() of the channel says now.
    std::size_t queued();

    /// What localAddress() of the channel says now.
    std::string localAddress();

    /// From within the next onClosed(), open this.
    void reopenWhenClosed(std::string url);

  private:
    void onOpen() override;
    void onMessage(transport::IncomingMessage message) override;
    void onClosed(const transport::CloseInfo& info) override;

    void loop(const std::stop_token& stop);
    template <typename Predicate>
    void waitUntil(std::unique_lock<std::mutex>& lock, const char* what, Predicate predicate);

    base::SystemClock _clock;
    std::unique_ptr<transport::Channel> _channel;
    OnMessage _onMessage;
    std::string _reopen;  ///< of the channel's thread

    std::mutex _mutex;
    std::condition_variable _changed;
    std::deque<std::function<void(transport::Channel&)>> _tasks;
    bool _opened = false;
    int _turns = 0;
    std::deque<transport::IncomingMessage> _messages;
    std::deque<transport::CloseInfo> _closed;

    std::jthread _thread;  ///< last: the others are there before it and after it
};

/// Sends every message back.
bool echo(transport::Channel& channel, transport::IncomingMessage& message);

/// A text whose parts all differ, so that swapped fragments show.
std::string pattern(std::size_t size);

}  // namespace aip::tests
