#pragma once

#include "hosting/coalescing_worker.h"
#include "hosting/instance.h"
#include "plugins/call_queue.h"
#include "plugins/dynamic_tools.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace aip::plugins {

/// Runs a plugin in this process. Its threads are made when there is work for them, up to the manifest's concurrency;
/// the first of them loads and starts the plugin, after a trial (see trial.h). Calls begin in the order of invoke() and
/// are finished on the thread that ran them, no lock held. To be made by makeSlot(), which sees to it that it is
/// stopped.
class InProcessSlot final : public Slot, public std::enable_shared_from_this<InProcessSlot> {
  public:
    /// `library` is open on the file to load: what the gate has admitted.
    InProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings, SlotWiring wiring)
        : _manifest(std::move(manifest)),
          _settings(std::move(settings)),
          _wiring(std::move(wiring)),
          _library(std::move(library)),
          _tools(std::make_shared<DynamicTools>(_wiring.log)) {}

    const admission::Manifest& manifest() const override { return _manifest; }
    std::vector<admission::ToolManifest> dynamicTools() const override { return _tools->tools(); }
    void onToolsChanged(const std::function<void()>& changed) override { _tools->onChanged(changed); }

    SlotState state() const override {
        const std::lock_guard lock(_mutex);
        return _state;
    }

    std::string reason() const override {
        const std::lock_guard lock(_mutex);
        return _reason.line();
    }

    hosting::Check start() override;
    void invoke(std::shared_ptr<hosting::Call> call) override;
    void cancelled(const hosting::Call& call) override;
    void abandon(const hosting::Call& call) override;
    bool revive() override { return false; }
    bool stop(std::chrono::milliseconds limit) override;

  private:
    struct Worker {
        std::thread thread;
        bool exited = false;
    };

    // With _mutex held:
    bool accepts() const { return !_stopping && (_state == SlotState::idle || _state == SlotState::running); }
    hosting::Outcome refused() const;
    bool findWorker();
    bool makeWorker();
    void conclude(hosting::Instance::Started& started);
    std::shared_ptr<hosting::Call> next(std::unique_lock<std::mutex>& lock);
    bool isRunning(const hosting::Call& call) const;
    bool allGone() const;
    void releaseWorkers();

    // Without:
    hosting::Instance::Started attempt();
    hosting::Instance::Started load(base::Descriptor sealed);
    void toolsChanged();
    void listTools();
    void work(Worker& self);
    void carryOut(const std::shared_ptr<hosting::Call>& call, hosting::Instance& instance);
    bool destroyInstance(std::chrono::milliseconds limit);

    const admission::Manifest _manifest;
    const SlotSettings _settings;
    const SlotWiring _wiring;
    const base::Descriptor _library;
    const std::shared_ptr<DynamicTools> _tools;
    hosting::CoalescingWorker _lister;

    mutable std::mutex _mutex;
    std::condition_variable _work;     ///< for idle workers
    std::condition_variable _changed;  ///< for who waits in start() and stop()
    SlotState _state = SlotState::idle;
    hosting::Refusal _reason;
    bool _starting = false;
    bool _stopping = false;
    bool _leftBehind = false;
    bool _toolsStale = false;  ///< the plugin has said so before it was started
    std::shared_ptr<hosting::Instance> _instance;
    CallQueue _queue{_settings.maxQueue};
    hosting::Calls _running;
    std::list<Worker> _workers;
    std::size_t _idle = 0;

    /// The slot whose worker this thread is, while it finishes a call.
    static thread_local const InProcessSlot* finishing;
};

}  // namespace aip::plugins
