#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "execution/dispatcher.h"
#include "lifecycle/device_profile.h"
#include "lifecycle/state_table.h"
#include "lifecycle/task_guard.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "transport/channel.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace aip::lifecycle {

struct SessionSettings {
    transport::Endpoint endpoint;
    std::string clientId;
    std::chrono::milliseconds registrationTimeout{10'000};  ///< from the open channel to the answer to REGISTER
    std::chrono::milliseconds heartbeatInterval{30'000};
    std::chrono::milliseconds heartbeatTimeout{180'000};  ///< no message at all after a heartbeat: lost; 0: never
    std::chrono::milliseconds backoffBase{1'000};
    std::chrono::milliseconds backoffCap{60'000};
    std::chrono::milliseconds stableAfter{60'000};   ///< registered for so long: the backoff starts anew
    std::uint32_t maxRetries = 0;                    ///< attempts in a row without becoming stable; 0: for ever
    std::chrono::milliseconds drainTimeout{10'000};  ///< what runs may take so long after stop()
};

/// What a session works with; all of it outlives the session.
struct SessionParts {
    transport::Channel& channel;
    execution::Dispatcher& dispatcher;
    const DeviceProfile& profile;
    const base::Clock& clock;
    base::Backoff::Random random;
    /// Members of the registration's metadata beside system_info, as JSON text: "\"agent\":{...},\"plugins\":[...]".
    std::function<std::string()> describeAgent;
};

/// The life of this device at its server: drives the state table with a channel and timers, and hands COMMANDs to the
/// dispatcher. The thread in run() owns everything; the other public functions may be called from any thread.
class Session final : private transport::ChannelHandler {
  public:
    enum class End { stopped, retriesExhausted };

    Session(SessionSettings settings, SessionParts parts);

    /// Connects, registers, listens, reconnects; returns when stopped, or when max_retries is used up.
    End run();

    /// Drains and stops; called a second time: stops at once.
    void stop();

    /// Ends a wait between two attempts.
    void retryNow();

    /// The dispatcher's sink.
    void finished(execution::FinishedBatch batch);

    /// Asks the server to start this task, as soon as we are registered. An empty name becomes a UUID.
    void requestTask(std::string request, std::string taskName);

    bool isConnected() const { return _connected; }
    /// Blocks until registered; false if the time is over first.
    bool waitRegistered(std::chrono::milliseconds limit) const;

  private:
    enum class Timer : std::uint8_t { retry, registration, heartbeat, silence, drain, stable };
    static constexpr std::size_t timerCount = 6;

    void onOpen() override;
    void onMessage(transport::IncomingMessage message) override;
    void onClosed(const transport::CloseInfo& info) override;

    // The machine: session.cpp
    void feed(Event event);
    void perform(Action action);
    void describeDevice();
    void sendRegistration();
    void beginListening();
    void closeChannel();
    void abortChannel();
    void scheduleRetry();
    void loseSession();
    void drain();
    void checkDrained();
    void finish();
    void setConnected(bool connected);

    void post(std::function<void()> job);
    void runPosted();
    void setTimer(Timer timer, std::chrono::milliseconds wait);
    void clearTimer(Timer timer) { _timers[static_cast<std::size_t>(timer)].reset(); }
    void fireTimers();
    void fire(Timer timer);
    base::Clock::TimePoint nextTimer() const;

    // What the messages mean: session_messages.cpp
    void handleAnswerToRegister(const protocol::ServerMessage& message);
    void handleFault(const protocol::DecodeFault& fault);
    void handle(const protocol::ServerMessagePtr& message);
    void handleTask(const protocol::ServerMessage& message);
    void handleCommand(const protocol::ServerMessagePtr& message);
    void handleTaskEnd(const protocol::ServerMessage& message);
    void handleDeviceInfoRequest(const protocol::ServerMessage& message);
    void answer(const protocol::ServerMessagePtr& command, protocol::Pieces results);
    void sendTask(const std::string& name, protocol::OptionalText request, protocol::OptionalText sessionId);
    void sendPendingRequest();
    void sendHeartbeat();
    void send(protocol::Pieces pieces, bool urgent);
    void sendError(const std::string& text);
    std::string now() const { return base::timestamp(_parts.clock.wallNow()); }

    struct TaskRequest {
        std::string request;
        std::string name;
    };

    const SessionSettings _settings;
    SessionParts _parts;
    const protocol::Encoder _encoder;
    protocol::Decoder _decoder;
    base::Backoff _backoff;
    TaskGuard _task;
    State _state = State::disconnected;
    End _end = End::stopped;
    bool _channelInUse = false;
    std::string _systemInfo;
    std::optional<TaskRequest> _request;
    std::array<std::optional<base::Clock::TimePoint>, timerCount> _timers;
    /// The COMMANDs of this connection that are not answered: an answer to any other has nowhere to go.
    std::unordered_set<const protocol::ServerMessage*> _unanswered;
    std::uint64_t _connection = 0;

    std::atomic<bool> _connected{false};
    mutable std::mutex _mutex;  // guards _posted, and _connected's changes for the waiters
    mutable std::condition_variable _connectedChanged;
    std::vector<std::function<void()>> _posted;
};

}  // namespace aip::lifecycle
