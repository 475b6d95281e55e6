#pragma once

#include "plugins/dynamic_tools.h"
#include "plugins/in_process_slot.h"
#include "plugins/instance.h"
#include "plugins/repeater.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace aip::plugins {

/// What is behind an InProcessSlot. The public functions are those of Slot.
class InProcessSlot::Engine : public std::enable_shared_from_this<Engine> {
  public:
    Engine(Manifest manifest, Descriptor library, SlotSettings settings)
        : _manifest(std::move(manifest)),
          _settings(std::move(settings)),
          _library(std::move(library)),
          _tools(std::make_shared<DynamicTools>(_manifest.id)) {}

    const Manifest& manifest() const { return _manifest; }
    DynamicTools& tools() const { return *_tools; }

    SlotState state() const {
        const std::lock_guard lock(_mutex);
        return _state;
    }

    std::string reason() const {
        const std::lock_guard lock(_mutex);
        return _reason;
    }

    base::Result<void> start();
    void invoke(const std::shared_ptr<Call>& call);
    void cancelled(const Call& call);
    void abandon(const Call& call);
    bool stop(std::chrono::milliseconds limit);

  private:
    using Calls = std::deque<std::shared_ptr<Call>>;

    struct Worker {
        std::thread thread;
        bool exited = false;
    };

    // With _mutex held:
    bool accepts() const { return !_stopping && (_state == SlotState::idle || _state == SlotState::running); }
    Outcome refused() const;
    bool findWorker();
    bool makeWorker();
    void settle(Instance::Started& started);
    std::shared_ptr<Call> next(std::unique_lock<std::mutex>& lock);
    std::shared_ptr<Call> takeQueued(const Call& call);
    bool isRunning(const Call& call) const;
    bool allGone() const;
    void releaseWorkers();

    // Without:
    Instance::Started attempt();
    Instance::Started load(Descriptor sealed);
    void toolsChanged();
    void listTools();
    void work(Worker& self);
    void carryOut(const std::shared_ptr<Call>& call, Instance& instance);
    bool destroyInstance(std::chrono::milliseconds limit);

    const Manifest _manifest;
    const SlotSettings _settings;
    const Descriptor _library;
    const std::shared_ptr<DynamicTools> _tools;
    Repeater _lister;

    mutable std::mutex _mutex;
    std::condition_variable _work;     ///< for idle workers
    std::condition_variable _changed;  ///< for who waits in start() and stop()
    SlotState _state = SlotState::idle;
    std::string _reason;
    bool _starting = false;
    bool _stopping = false;
    bool _leftBehind = false;
    bool _toolsStale = false;  ///< the plugin has said so before it was started
    std::shared_ptr<Instance> _instance;
    Calls _queue;
    Calls _running;
    std::list<Worker> _workers;
    std::size_t _idle = 0;

    /// The engine whose worker this thread is, while it finishes a call.
    static thread_local const Engine* finishing;
};

}  // namespace aip::plugins
