#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "base/limited_lines.h"
#include "base/thread_pool.h"
#include "lifecycle/answer_ledger.h"
#include "lifecycle/command_account.h"
#include "lifecycle/command_door.h"
#include "lifecycle/device_profile.h"
#include "lifecycle/file_receiver.h"
#include "lifecycle/file_sender.h"
#include "lifecycle/memory_rest.h"
#include "lifecycle/post_box.h"
#include "lifecycle/retry_plan.h"
#include "lifecycle/sent_errors.h"
#include "lifecycle/session_status.h"
#include "lifecycle/state_table.h"
#include "lifecycle/task_guard.h"
#include "lifecycle/task_news.h"
#include "lifecycle/timer_set.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "transport/channel.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// What happens to running commands when the connection is lost. Either way their answers, and those that the server
/// may not have received, are sent after the next registration: the server would wait for them until its timeout.
enum class OnDisconnect {
    cancel,  ///< they are cancelled and answered with a failure
    finish,  ///< they go on
};

struct SessionSettings : RetrySettings {
    transport::Endpoint endpoint;
    std::string clientId;
    std::chrono::milliseconds registrationTimeout{10'000};  ///< from sending REGISTER to its answer
    std::chrono::milliseconds heartbeatInterval{120'000};
    std::chrono::milliseconds heartbeatTimeout{180'000};  ///< silence after a heartbeat: lost; 0: never
    std::chrono::milliseconds stableAfter{60'000};        ///< registered for this long: the backoff starts again
    std::chrono::milliseconds drainTimeout{10'000};       ///< how long running commands may take after stop()
    /// How long the close may take then: what is still to be sent, and the server's answer. What is left of the drain
    /// timeout counts, too.
    std::chrono::milliseconds closeLimit{2'000};
    /// After a second stop(): how long cancelled commands may take before they are answered without their plugins, and
    /// the same with sending all answers and the close.
    std::chrono::milliseconds hurriedGrace{1'000};
    std::chrono::milliseconds hurriedClose{2'000};
    OnDisconnect onDisconnect = OnDisconnect::cancel;
    std::size_t answerMemory = 4UL << 20U;    ///< bytes of answers kept for sending them again
    std::size_t maxQueueSize = 256UL << 20U;  ///< bytes waiting to be sent; above this COMMANDs fail
    CommandDoorSettings commands;
    TransferSettings transfer;
};

/// What a session uses. Everything here must outlive the session.
struct SessionParts {
    transport::Channel& channel;
    execution::Dispatcher& dispatcher;
    const DeviceProfile& profile;
    const base::Clock& clock;
    base::Backoff::Random random;
    /// Members of the registration's metadata other than system_info, as JSON text:
    /// "\"agent\":{...},\"plugins\":[...]".
    std::function<std::string()> describeAgent;
    std::shared_ptr<Outbox> outbox{};  ///< where plugins put files for the server; null: no files are sent
    /// The server, the proxy or TLS has refused our credentials: others may be there by now. I/O thread; must not
    /// block. May be null.
    std::function<void()> credentialsRefused{};
    TaskListener tasks{};
    /// There is another state. I/O thread; must not block. May be null.
    std::function<void(const SessionStatus&)> changed{};
};

/// The connection of this device to its server: drives the state table with a channel and timers, and passes COMMANDs
/// to the dispatcher.
///
/// Threads: the thread in run(), called the I/O thread, owns all state. Every other public function may be called from
/// any thread and only posts a job to that thread. Batches finish on plugin threads; their results are encoded there.
/// Then such a thread sends the answer, in the place of the I/O thread, if that only waits (Channel::standIn) and
/// nothing else has been posted; else it posts the answer, too. What "the I/O thread" does below may be done so.
/// Order: an answer is sent after the files that its session handed over before it.
/// Lifetime: the destructor cancels running batches and waits for their answers.
class Session final : private transport::ChannelHandler, private TransferLink {
  public:
    enum class End { stopped, retriesExhausted };

    Session(SessionSettings settings, SessionParts parts);
    /// Must not be called while run() runs. Cancels running COMMANDs and waits until they are answered.
    ~Session() = default;

    /// Connects, registers, listens and reconnects. Returns when stopped, or when max_retries is used up.
    End run();

    /// Drains and stops: no new COMMANDs, those that run may take the drain timeout, then they are cancelled; all are
    /// answered before the close. A second call does not wait: what runs is cancelled, answered soon, and the rest is
    /// given up. A third one drops the connection.
    void stop();

    /// Ends the wait before the next attempt.
    void retryNow();

    /// The same, and this is where to connect from now on. An open connection stays; an attempt that is under way is
    /// followed by one with this endpoint at once.
    void use(transport::Endpoint endpoint);

    /// Asks the server to start this task as soon as the device is registered. An empty name becomes a UUID.
    void requestTask(std::string request, std::string taskName);

    /// What the thread in run() says of itself; none if it has not answered within `limit`, or does not run.
    std::optional<SessionStatus> status(std::chrono::milliseconds limit);

    /// Called by the thread in run() in its next turn, if there is one.
    void ask(std::function<void()> answer) { post(std::move(answer)); }

  private:
    /// To a COMMAND.
    struct CommandAnswer {
        protocol::Pieces pieces{};
        Outcomes outcomes{};
        std::shared_ptr<const void> counted{};  ///< as in FinishedBatch
    };
    enum class Timer : std::uint8_t { retry, registration, heartbeat, silence, drain, drained, close, rest, stable };

    void onOpen() override;
    void onMessage(transport::IncomingMessage message) override;
    void onClosed(const transport::CloseInfo& info) override;

    // The state machine: session.cpp
    void turn();
    void carried(std::size_t bytes);
    void returnMemory();
    void giveUpConnection();
    void feed(Event event);
    void tellState();
    void perform(Action action);
    void describeDevice();
    void collectInfo(std::function<void(std::string)> use);
    void sendRegistration();
    void beginListening();
    void closeChannel();
    void abortChannel();
    void scheduleRetry();
    void loseSession();
    void drain();
    void hurry();
    void checkDrained();
    void finish();
    SessionStatus describe() const;
    void noteSilence(std::string step, std::string what);

    void endWait();
    void setTimer(Timer timer, std::chrono::milliseconds wait);
    void fire(Timer timer);

    // Files in both directions: session_files.cpp
    void send(transport::OutgoingMessage message) override;
    std::size_t queued() const override { return _parts.channel.queued(); }
    void sendError(const std::string& text) override;
    std::string now() const override { return base::timestamp(_parts.clock.wallNow()); }
    void post(Job job) override;
    void onDiskThread(Job job) override { _disk.run(std::move(job)); }
    void moveFiles();
    bool handledAsFrame(transport::IncomingMessage& message);

    // What the messages mean, and what is sent: session_messages.cpp, session_sending.cpp
    void handleAnswerToRegister(const protocol::ServerMessage& message);
    void handleFault(const protocol::DecodeFault& fault);
    void handle(const protocol::ServerMessagePtr& message);
    void handleHeartbeat(const protocol::ServerMessage& message);
    void handleTask(const protocol::ServerMessage& message);
    void handleCommand(const protocol::ServerMessagePtr& message);
    void execute(const protocol::ServerMessagePtr& command);
    void handleError(const protocol::ServerMessage& message);
    void noteRefusal(protocol::OptionalText sessionId);
    void handleTaskEnd(const protocol::ServerMessage& message);
    void handleDeviceInfoRequest(const protocol::ServerMessage& message);
    void refuse(const protocol::ServerMessagePtr& command, const std::string& why);
    void deliver(const protocol::ServerMessagePtr& command, const std::shared_ptr<CommandAnswer>& results);
    CommandAnswer refusal(const protocol::ServerMessagePtr& command, const std::string& why) const;
    CommandAnswer encode(FinishedBatch batch) const;
    void remember(const protocol::ServerMessage& command, const protocol::Pieces& results, bool sent);
    void answerAfterFiles(const protocol::ServerMessagePtr& command, std::shared_ptr<CommandAnswer> results);
    void answer(const protocol::ServerMessagePtr& command, CommandAnswer results);
    bool deliverHere(const protocol::ServerMessagePtr& command, const std::shared_ptr<CommandAnswer>& results);
    bool mayStandIn() const { return _state == State::listening && _posted.empty(); }
    base::Clock::TimePoint nextDue() const;
    void noteAnswered(AnsweredCommand answered);
    void tellAnswered() { tell(std::exchange(_answered, {})); }
    void tell(const std::vector<AnsweredCommand>& answered);
    void finished(FinishedBatch batch);
    std::string obstacleTo(std::size_t size, std::size_t waiting) const;
    void offerOwedAnswers();
    bool tooMuch(std::size_t waiting, std::size_t more) const;
    /// Bytes that wait to be sent, in the channel or for a file.
    std::size_t owing() const { return queued() + _sender.waiting(); }
    bool isDraining() const { return _state == State::draining || _state == State::cancelling; }
    void followTask() { _news.follow(_task.current()); }
    bool hearsUs() const { return _state == State::listening || isDraining(); }
    void sendTask(const std::string& name, protocol::OptionalText request, protocol::OptionalText sessionId);
    void sendPendingRequest();
    void sendHeartbeat();
    void send(protocol::Pieces pieces, bool urgent);

    /// What the server may make the session write to the log.
    static constexpr base::LineRates serverLines{
        .lines = 1'000, .linesPerSecond = 200, .bytes = 1 << 20, .bytesPerSecond = 64 << 10};

    struct TaskRequest {
        std::string request;
        std::string name;
    };

    const SessionSettings _settings;
    SessionParts _parts;
    transport::Endpoint _endpoint;    ///< for the next attempt
    bool _endpointIsUntried = false;  ///< it came after the last attempt began
    const protocol::Encoder _encoder;
    protocol::Decoder _decoder;
    RetryPlan _retries;
    std::chrono::milliseconds _retryAfter{0};  ///< for how long the last answer asked us to stay away
    AnswerLedger _answers;
    Arrivals _arrivals;
    std::vector<AnsweredCommand> _answered;              ///< they have no line yet
    std::optional<base::Clock::TimePoint> _heartbeatAt;  ///< the server has acknowledged one, or the registration
    std::uint64_t _heartbeatMark = 0;                    ///< AnswerLedger mark that an acknowledged heartbeat confirms
    TaskGuard _task;
    TaskNews _news;  ///< follows _task
    SentErrors _sentErrors;
    State _state = State::disconnected;
    State _told = State::disconnected;
    base::Clock::WallTime _since;  ///< in this state
    std::string _lastError;        ///< of the last connection
    ConnectionFailure _failure;    ///< the same
    End _end = End::stopped;
    bool _channelInUse = false;
    std::string _systemInfo;
    std::optional<TaskRequest> _request;
    TimerSet<Timer, Timer::stable> _timers;
    base::Clock::TimePoint _drainEnd{};
    std::uint64_t _connection = 0;
    MemoryRest _memory;

    PostBox _posted{[&channel = _parts.channel] { channel.wake(); }};

    FileReceiver _receiver{_settings.transfer, *this, _parts.clock};
    FileSender _sender{_settings.transfer, *this, _parts.outbox};
    base::ThreadPool _disk{1};      ///< after everything that its jobs use
    std::size_t _infoRequests = 0;  ///< of this connection, not answered yet
    base::log::LimitedLines _serverLines{"what the server sends makes too many", serverLines};
    /// Last member: its answers use the members above.
    CommandDoor _door{_parts.dispatcher, _settings.commands,
                      [this](FinishedBatch batch) { finished(std::move(batch)); }};
};

}  // namespace aip::lifecycle
