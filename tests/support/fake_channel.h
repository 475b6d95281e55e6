#pragma once

#include "tests/support/manual_clock.h"
#include "transport/channel.h"
#include "transport/loop_lock.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::tests {

/// A channel whose network is the test: it decides what arrives and sees what is sent. run() belongs to the session's
/// thread, everything named below "the test's side" to the test.
class FakeChannel final : public transport::Channel {
  public:
    explicit FakeChannel(ManualClock& clock) : _clock(clock) {
        clock.moved = [this] { wake(); };
    }

    void open(const transport::Endpoint& endpoint, transport::ChannelHandler& handler) override {
        {
            const std::lock_guard lock(_mutex);
            _token = endpoint.token;
        }
        note("open", &handler);
    }
    void send(transport::OutgoingMessage message) override {
        note(std::accumulate(message.pieces.begin(), message.pieces.end(), std::string()));
        if (message.attachment) {
            note("frame " + *message.attachment);
        }
    }
    std::string localAddress() const override { return address; }
    std::size_t queued() const override { return congestion; }
    void close(std::uint16_t code, std::string_view reason) override {
        note("close " + std::to_string(code));
        closed({transport::CloseCause::requested, code, std::string(reason), 0, {}});
    }
    void refuse(std::uint16_t code, std::string_view why) override {
        note("refuse " + std::to_string(code));
        closed({transport::CloseCause::protocolError, code, {}, 0, std::string(why)});
    }
    void abort() override {
        note("abort");
        closed({});
    }
    void run(base::Clock::TimePoint until) override {
        for (const auto& event : waitForEvents(until)) {
            event();
        }
    }
    bool standIn(const Errand& errand) override {
        count(1);
        std::optional<base::Clock::TimePoint> until;
        _loop.tryRun([&] {
            aroundErrand.before();
            until = errand();
            aroundErrand.after();
        });
        if (until) {
            ++stoodIn;
            wake();
        }
        count(-1);
        return until.has_value();
    }
    void wake() override {
        const std::lock_guard lock(_mutex);
        _woken = true;
        _changed.notify_all();
    }

    // The test's side.
    /// Of the last open().
    std::string token() {
        const std::lock_guard lock(_mutex);
        return _token;
    }
    std::atomic<std::size_t> congestion{0};  ///< what queued() says
    std::string address{};                   ///< what localAddress() says; set before opened()
    std::atomic<int> stoodIn{0};             ///< errands carried out in the place of run()
    struct {
        std::function<void()> before = [] {};
        std::function<void()> after = [] {};
    } aroundErrand;  ///< on its thread
    /// The session's thread sleeps on, whatever comes, until it is to hear again.
    void hear(bool hears) {
        const std::lock_guard lock(_mutex);
        _deaf = !hears;
        _changed.notify_all();
    }
    void opened() {
        inject([this] { _handler->onOpen(); });
    }
    void receive(const std::string& text) {
        inject([this, text] { _handler->onMessage({text, false}); });
    }
    void receiveFrame(const std::string& bytes) {
        inject([this, bytes] { _handler->onMessage({bytes, true}); });
    }
    void closed(const transport::CloseInfo& info) {
        inject([this, info] { _handler->onClosed(info); });
    }
    /// Runs on the session's thread.
    void inject(std::function<void()> event) {
        const std::lock_guard lock(_mutex);
        _events.push_back(std::move(event));
        _changed.notify_all();
    }

    /// Blocks until the session has handled everything and waits for more.
    void waitIdle() {
        std::unique_lock lock(_mutex);
        _changed.wait_for(lock, std::chrono::seconds(20),
                          [&] { return _waiting && _events.empty() && !_woken && _errands == 0; });
    }

    /// Has the session done nothing that next() has not told? After waitIdle().
    bool quiet() {
        const std::lock_guard lock(_mutex);
        return _done.empty();
    }

    /// The next thing that the session did: "open", "close CODE", "refuse CODE", "abort", the text of a message, or
    /// "frame BYTES" for its attachment. Empty if nothing comes.
    std::string next() {
        std::unique_lock lock(_mutex);
        _changed.wait_for(lock, std::chrono::seconds(20), [&] { return !_done.empty(); });
        if (_done.empty()) {
            return {};
        }
        std::string first = std::move(_done.front());
        _done.pop_front();
        return first;
    }

  private:
    std::vector<std::function<void()>> waitForEvents(base::Clock::TimePoint until) {
        const transport::LoopLock::Sleep sleep(_loop);
        std::unique_lock lock(_mutex);
        _waiting = true;
        _changed.notify_all();
        _changed.wait(lock, [&] { return !_deaf && (!_events.empty() || _woken || _clock.now() >= until); });
        _waiting = _woken = false;
        return std::exchange(_events, {});
    }
    void count(int more) {
        const std::lock_guard lock(_mutex);
        _errands += more;
        _changed.notify_all();
    }
    void note(std::string what, transport::ChannelHandler* handler = nullptr) {
        const std::lock_guard lock(_mutex);
        _handler = handler == nullptr ? _handler : handler;
        _done.push_back(std::move(what));
        _changed.notify_all();
    }

    ManualClock& _clock;
    transport::LoopLock _loop;
    std::mutex _mutex;
    std::condition_variable _changed;
    std::vector<std::function<void()>> _events;
    std::deque<std::string> _done;
    transport::ChannelHandler* _handler = nullptr;
    std::string _token;
    bool _woken = false;
    bool _waiting = false;
    bool _deaf = false;
    int _errands = 0;
};

}  // namespace aip::tests
