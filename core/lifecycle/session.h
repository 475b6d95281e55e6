#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "base/thread_pool.h"
#include "execution/dispatcher.h"
#include "lifecycle/answer_ledger.h"
#include "lifecycle/device_profile.h"
#include "lifecycle/file_receiver.h"
#include "lifecycle/file_sender.h"
#include "lifecycle/state_table.h"
#include "lifecycle/task_guard.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "transport/channel.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace aip::lifecycle {

/// What becomes of the work under way when the connection is lost.
enum class OnDisconnect {
    cancel,  ///< it is cancelled; nobody hears of it
    finish,  ///< it goes on; what the server may not have received is sent after the next registration
};

struct SessionSettings {
    transport::Endpoint endpoint;
    std::string clientId;
    std::chrono::milliseconds registrationTimeout{10'000};  ///< from the open channel to the answer to REGISTER
    std::chrono::milliseconds heartbeatInterval{30'000};
    std::chrono::milliseconds heartbeatTimeout{180'000};  ///< no message at all after a heartbeat: lost; 0: never
    std::chrono::milliseconds backoffBase{1'000};
    std::chrono::milliseconds backoffCap{60'000};
    std::chrono::milliseconds occupiedCap{5'000};    ///< of the wait for the server to drop our old connection
    std::chrono::milliseconds stableAfter{60'000};   ///< registered for so long: the backoff starts anew
    std::uint32_t maxRetries = 0;                    ///< attempts in a row without becoming stable; 0: for ever
    std::chrono::milliseconds drainTimeout{10'000};  ///< what runs may take so long after stop()
    OnDisconnect onDisconnect = OnDisconnect::cancel;
    std::size_t answerMemory = 4UL << 20U;    ///< bytes of answers that can be given a second time
    std::size_t maxQueueSize = 256UL << 20U;  ///< bytes that wait to be sent; beyond: COMMANDs fail
    TransferSettings transfer;
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
    std::shared_ptr<Outbox> outbox{};  ///< where plugins leave files for the server; null: none are sent
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

    // Files both ways: session_files.cpp
    TransferLink transferLink();
    void moveFiles();
    bool handledAsFrame(transport::IncomingMessage& message);

    // What the messages mean: session_messages.cpp
    void handleAnswerToRegister(const protocol::ServerMessage& message);
    void handleFault(const protocol::DecodeFault& fault);
    void handle(const protocol::ServerMessagePtr& message);
    void handleHeartbeat(const protocol::ServerMessage& message);
    void handleTask(const protocol::ServerMessage& message);
    void handleCommand(const protocol::ServerMessagePtr& message);
    void execute(const protocol::ServerMessagePtr& command);
    void handleTaskEnd(const protocol::ServerMessage& message);
    void handleDeviceInfoRequest(const protocol::ServerMessage& message);
    void answer(const protocol::ServerMessagePtr& command, protocol::Pieces results);
    std::string obstacleTo(std::size_t size) const;
    void offerOwedAnswers();
    bool congested(std::size_t more) const;
    bool hearsUs() const { return _state == State::listening || _state == State::draining; }
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
    base::Backoff _occupiedBackoff;
    std::chrono::milliseconds _retryAfter{0};  ///< for how long the last answer asked us to stay away
    AnswerLedger _answers;
    std::uint64_t _heartbeatMark = 0;  ///< what the server has received once it acknowledges the heartbeat
    TaskGuard _task;
    State _state = State::disconnected;
    End _end = End::stopped;
    bool _channelInUse = false;
    std::string _systemInfo;
    std::optional<TaskRequest> _request;
    std::array<std::optional<base::Clock::TimePoint>, timerCount> _timers;
    std::uint64_t _connection = 0;

    std::atomic<bool> _connected{false};
    mutable std::mutex _mutex;  // guards _posted, and _connected's changes for the waiters
    mutable std::condition_variable _connectedChanged;
    std::vector<std::function<void()>> _posted;

    const TransferLink _link{transferLink()};
    FileReceiver _receiver{_settings.transfer, _link, _parts.clock};
    FileSender _sender{_settings.transfer, _link, _parts.outbox};
    base::ThreadPool _disk{1};  ///< last: its jobs use the rest
};

}  // namespace aip::lifecycle
