#pragma once

#include "plugins/dynamic_tools.h"
#include "plugins/plugin_process.h"
#include "plugins/restart_policy.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace aip::plugins {

/// Runs a plugin in a process of its own, or in a fresh one for every call (Isolation::perCall; as many at once as the
/// manifest's concurrency). A thread of the slot starts the processes, waits for what they say, and finishes the calls,
/// no lock held; a call whose turn it is is sent by the thread that invokes it.
///
/// A process that ends by itself, or has to be killed because it broke the protocol or a call did not return, is a
/// failure: its running calls are answered INTERNAL with what happened, those that wait go to the next process, which
/// is started after a wait that grows. Too many failures and the slot is quarantined. A plugin that was never started
/// successfully is failed at once, as it would be in the agent. To be made by makeSlot(), which sees to it that it is
/// stopped.
class ProcessSlot final : public Slot, public std::enable_shared_from_this<ProcessSlot> {
  public:
    /// `library` is open on the file to load: what the gate has admitted.
    ProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings, SlotWiring wiring);

    const admission::Manifest& manifest() const override { return _manifest; }
    SlotState state() const override;
    std::string reason() const override;
    std::vector<admission::ToolManifest> dynamicTools() const override { return _tools.tools(); }
    void onToolsChanged(const std::function<void()>& changed) override { _tools.onChanged(changed); }
    hosting::Check start() override;
    void invoke(std::shared_ptr<hosting::Call> call) override;
    void cancelled(const hosting::Call& call) override;
    /// Kills the process that the call is in: its other calls fail.
    void abandon(const hosting::Call& call) override;
    bool revive() override;
    bool stop(std::chrono::milliseconds limit) override;

  private:
    using Cause = PluginProcess::Cause;
    using Stage = PluginProcess::Stage;
    using TimePoint = base::Clock::TimePoint;
    using Outcomes = std::vector<std::pair<std::shared_ptr<hosting::Call>, hosting::Outcome>>;

    /// A call that has its place, to be sent to it.
    struct Delivery {
        std::shared_ptr<link::Link> link;
        PluginProcess::Ticket ticket;
        std::shared_ptr<hosting::Call> call;
    };

    // With _mutex held:
    bool accepts() const { return !_stopping && _verdict == SlotState::idle; }
    SlotState currentState() const;
    hosting::Outcome refused() const;
    bool perCall() const { return _settings.isolation == Isolation::perCall; }
    bool wantsProcess() const;
    bool ensureThread();
    PluginProcess* withFreePlace();
    std::optional<Delivery> nextFor(PluginProcess& process, Outcomes& outcomes);
    PluginProcess* processOf(const hosting::Call& call);
    void tend(PluginProcess& process, TimePoint now);
    void stopProcess(PluginProcess& process, TimePoint limit);
    TimePoint nextDeadline() const;
    void settle(const PluginProcess::Verdict& verdict, const hosting::Calls& inside, Outcomes& outcomes, TimePoint now);
    void fail(SlotState verdict, hosting::Refusal reason, Outcomes& outcomes);

    // The thread:
    void run();
    bool tendAll();
    void waitForEvents();
    base::Result<ChildProcess, hosting::Refusal> launch();
    void spawn();
    void receive(PluginProcess& process);
    void lose(PluginProcess& process, const base::Error& why);
    void reap(PluginProcess& process);
    void giveUp(PluginProcess& process);
    bool handle(PluginProcess& process, link::Link::Received received);
    bool take(PluginProcess& process, const link::Started& message);
    bool take(PluginProcess& process, const link::Refused& message);
    bool take(PluginProcess& process, const link::Finished& message, base::Result<std::string> text);
    bool take(PluginProcess& process, const link::Progress& message);
    bool take(const link::Log& message) const;
    bool take(PluginProcess& process, const link::Offer& message, base::Descriptor content);
    bool takeTools(const base::Result<std::string>& json);

    void deliver(Delivery delivery);
    std::optional<Delivery> trySending(const Delivery& delivery);
    std::uint64_t limitOf(const link::Finished& message) const;
    base::Result<void> passOn(PluginProcess& process, const link::Offer& message, base::Descriptor content);
    static void finish(Outcomes&& outcomes);

    const admission::Manifest _manifest;
    const SlotSettings _settings;
    const SlotWiring _wiring;
    base::Descriptor _library;
    bool _sealed = false;            ///< _library is, which is done before the first start
    const std::string _description;  ///< of the plugin, for the runner
    const std::size_t _placesPerProcess;
    DynamicTools _tools{_wiring.log};

    mutable std::mutex _mutex;
    std::condition_variable _changed;      ///< for who waits in start()
    SlotState _verdict = SlotState::idle;  ///< failed or quarantined; idle: neither
    hosting::Refusal _reason;              ///< of the verdict, or of the latest failure
    bool _proven = false;                  ///< has been started once
    bool _wanted = false;                  ///< by start()
    std::uint64_t _attempts = 0;           ///< to start that have come to their end
    bool _stopping = false;
    bool _leftBehind = false;
    TimePoint _stopLimit = TimePoint::max();
    hosting::Calls _queue;
    std::list<PluginProcess> _processes;
    RestartPolicy _failures;

    PollSet _polled;
    std::string _buffer;
    std::thread _thread;
};

}  // namespace aip::plugins
