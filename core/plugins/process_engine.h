#pragma once

#include "plugins/dynamic_tools.h"
#include "plugins/failure_record.h"
#include "plugins/plugin_process.h"
#include "plugins/process_slot.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace aip::plugins {

/// What is behind a ProcessSlot. The public functions are those of Slot.
class ProcessSlot::Engine : public std::enable_shared_from_this<Engine> {
  public:
    Engine(Manifest manifest, Descriptor library, SlotSettings settings);

    const Manifest& manifest() const { return _manifest; }
    SlotState state() const;
    std::string reason() const;
    DynamicTools& tools() { return _tools; }
    base::Result<void> start();
    void invoke(std::shared_ptr<Call> call);
    void cancelled(const Call& call);
    void abandon(const Call& call);
    bool revive();
    bool stop(std::chrono::milliseconds limit);

  private:
    using Calls = std::deque<std::shared_ptr<Call>>;
    using TimePoint = base::Clock::TimePoint;
    using Outcomes = std::vector<std::pair<std::shared_ptr<Call>, Outcome>>;

    /// A call that has its place, to be sent to it.
    struct Delivery {
        std::shared_ptr<Link> link;
        PluginProcess::Ticket ticket;
        std::shared_ptr<Call> call;
    };

    // With _mutex held:
    bool accepts() const { return !_stopping && _verdict == SlotState::idle; }
    SlotState currentState() const;
    Outcome refused() const;
    bool perCall() const { return _settings.isolation == Isolation::perCall; }
    bool wantsProcess() const;
    bool ensureThread();
    PluginProcess* withFreePlace();
    std::optional<Delivery> nextFor(PluginProcess& process, Outcomes& outcomes);
    std::shared_ptr<Call> takeQueued(const Call& call);
    PluginProcess* processOf(const Call& call);
    void tend(PluginProcess& process, TimePoint now);
    void stopProcess(PluginProcess& process, TimePoint limit);
    TimePoint nextDeadline() const;
    void settle(const PluginProcess::Verdict& verdict, const Calls& inside, Outcomes& outcomes, TimePoint now);
    void fail(SlotState verdict, std::string reason, Outcomes& outcomes);

    // The thread:
    void run();
    bool tendAll();
    void waitForEvents();
    std::variant<ChildProcess, Refusal> launch();
    void spawn();
    void receive(PluginProcess& process);
    void bury(PluginProcess& process);
    void giveUp(PluginProcess& process);
    bool handle(PluginProcess& process, Link::Received received);
    bool take(PluginProcess& process, const link::Started& message);
    bool take(PluginProcess& process, const link::Refused& message);
    bool take(PluginProcess& process, const link::Result& message);
    bool take(PluginProcess& process, const link::Progress& message);
    bool take(const link::Log& message) const;
    bool take(PluginProcess& process, const link::Offer& message, Descriptor content);
    bool take(const link::Tools& message);

    void deliver(const Delivery& delivery);
    Outcome outcomeOf(const link::Result& message) const;
    base::Result<void> passOn(PluginProcess& process, const link::Offer& message, Descriptor content);
    static void finish(Outcomes outcomes);

    const Manifest _manifest;
    const SlotSettings _settings;
    Descriptor _library;
    bool _sealed = false;            ///< _library is, which is done before the first start
    const std::string _description;  ///< of the plugin, for the runner
    const std::size_t _placesPerProcess;
    DynamicTools _tools{_manifest.id};

    mutable std::mutex _mutex;
    std::condition_variable _changed;      ///< for who waits in start()
    SlotState _verdict = SlotState::idle;  ///< failed or quarantined; idle: neither
    std::string _reason;                   ///< of the verdict, or of the latest failure
    bool _proven = false;                  ///< has been started once
    bool _wanted = false;                  ///< by start()
    std::uint64_t _attempts = 0;           ///< to start that have come to their end
    bool _stopping = false;
    bool _leftBehind = false;
    TimePoint _stopLimit = TimePoint::max();
    Calls _queue;
    std::list<PluginProcess> _processes;
    FailureRecord _failures;

    PollSet _polled;
    std::string _buffer;
    std::thread _thread;
};

}  // namespace aip::plugins
