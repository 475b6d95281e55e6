#include "plugins/in_process_slot.h"

#include "admission/sealed_library.h"
#include "base/log.h"
#include "plugins/spec_of.h"
#include "plugins/time_limit.h"
#include "plugins/trial.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace aip::plugins {

using base::Code;
using std::chrono::milliseconds;

thread_local const InProcessSlot* InProcessSlot::finishing = nullptr;

hosting::Outcome InProcessSlot::refused() const {
    if (accepts()) {
        return busy(_manifest, _queue.size());
    }
    return _stopping ? refusal(_manifest, SlotState::stopped, "") : refusal(_manifest, _state, _reason.line());
}

void InProcessSlot::invoke(std::shared_ptr<hosting::Call> call) {
    std::unique_lock lock(_mutex);
    const bool mine = finishing == this && _queue.empty();  // this very thread takes it as soon as it is back
    if (accepts() && _queue.push(call)) {
        if (mine || findWorker()) {
            lock.unlock();  // a worker that woke up to a locked mutex would go to sleep again
            if (!mine) {
                _work.notify_one();
            }
            return;
        }
        _queue.takeOut(*call);
    }
    hosting::Outcome outcome = refused();
    lock.unlock();
    call->finish(std::move(outcome));
}

/// Is there one for the call that was just queued?
bool InProcessSlot::findWorker() {
    const bool moreWanted = _idle < _queue.size() && _workers.size() < _manifest.concurrency;
    return (moreWanted && makeWorker()) || !_workers.empty();
}

bool InProcessSlot::makeWorker() {
    Worker& worker = _workers.emplace_back();
    try {
        worker.thread = std::thread([self = shared_from_this(), &worker] { self->work(worker); });
        return true;
    } catch (const std::system_error& problem) {
        base::log::error("plugin {}: cannot make a thread: {}", _manifest.id, problem.what());
        _workers.pop_back();
        return false;
    }
}

void InProcessSlot::work(Worker& self) {
    static_cast<void>(start());
    std::unique_lock lock(_mutex);
    while (const auto call = next(lock)) {
        const auto instance = _instance;
        lock.unlock();
        carryOut(call, *instance);
        lock.lock();
    }
    self.exited = true;
    _changed.notify_all();
}

std::shared_ptr<hosting::Call> InProcessSlot::next(std::unique_lock<std::mutex>& lock) {
    ++_idle;
    _work.wait(lock, [this] { return !_queue.empty() || !accepts(); });
    --_idle;
    if (!accepts()) {
        return nullptr;
    }
    _running.push_back(_queue.pop());
    return _running.back();
}

void InProcessSlot::carryOut(const std::shared_ptr<hosting::Call>& call, hosting::Instance& instance) {
    const bool pointless = call->cancelled() || call->finished();
    hosting::Outcome outcome = pointless ? call->cancelOutcome() : checked(instance.run(call, _settings.maxResultSize));
    {
        const std::lock_guard lock(_mutex);
        std::erase(_running, call);
    }
    finishing = this;
    call->finish(std::move(outcome));
    finishing = nullptr;
}

hosting::Check InProcessSlot::start() {
    hosting::Calls unserved;
    std::unique_lock lock(_mutex);
    _changed.wait(lock, [this] { return !_starting; });
    if (_state == SlotState::idle && !_stopping) {
        _starting = true;
        lock.unlock();
        hosting::Instance::Started started = attempt();
        lock.lock();
        conclude(started);
        lock.unlock();
        started = hosting::Refusal();  // if stop() was called meanwhile, the instance ends here
        lock.lock();
        _starting = false;
        if (!accepts()) {
            unserved = _queue.drain();
        }
        _changed.notify_all();
        _work.notify_all();
    }
    const hosting::Outcome end = accepts() ? hosting::Outcome::success({}) : refused();
    const hosting::Refusal why = startRefusal(_state, _reason);
    lock.unlock();
    for (const auto& call : unserved) {
        call->finish(end);
    }
    return end.ok() ? hosting::Check() : why;
}

hosting::Instance::Started InProcessSlot::attempt() {
    auto sealed = admission::sealLibrary(_library, _manifest);
    if (!sealed) {
        return std::move(sealed).error();
    }
    if (auto tried = tryInChild(_manifest, *sealed, _settings, _wiring); !tried) {
        return std::move(tried).error();
    }
    return load(*std::move(sealed));
}

hosting::Instance::Started InProcessSlot::load(base::Descriptor sealed) {
    const auto changed = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->toolsChanged();
        }
    };
    try {
        const auto library = std::make_shared<base::Descriptor>(std::move(sealed));
        auto started = produceWithin<hosting::Instance::Started>(
            _settings.startTimeout, [spec = specOf(_manifest, _settings), log = _wiring.log,
                                     artifacts = _wiring.artifacts, library, tools = _tools, changed] {
                auto begun = hosting::Instance::start(spec, std::move(*library), log, artifacts, changed);
                if (begun) {
                    tools->update((*begun)->listTools());
                }
                return begun;
            });
        if (started) {
            return *std::move(started);
        }
    } catch (const std::system_error& problem) {
        return hosting::Refusal{hosting::reason::startFailed, std::string("cannot make a thread: ") + problem.what()};
    }
    return hosting::Refusal{hosting::reason::startTimeout,
                            "did not start within " + std::to_string(_settings.startTimeout.count()) + " ms"};
}

void InProcessSlot::conclude(hosting::Instance::Started& started) {
    if (_stopping) {
        return;
    }
    if (!started) {
        _state = SlotState::failed;
        _reason = started.error();
        base::log::error("plugin {}: {}", _manifest.id, _reason.line());
    } else {
        _instance = *std::move(started);
        _state = SlotState::running;
        if (_toolsStale) {
            _lister.demand([self = shared_from_this()] { self->listTools(); });
        }
        base::log::info("plugin {} {} started", _manifest.id, _manifest.version);
    }
}

void InProcessSlot::toolsChanged() {
    const std::lock_guard lock(_mutex);
    if (_instance) {
        _lister.demand([self = shared_from_this()] { self->listTools(); });
    } else {
        _toolsStale = true;
    }
}

void InProcessSlot::listTools() {
    std::unique_lock lock(_mutex);
    const auto instance = _instance;
    lock.unlock();
    if (instance) {
        _tools->update(instance->listTools());
    }
}

bool InProcessSlot::isRunning(const hosting::Call& call) const {
    return std::ranges::find(_running, &call, &std::shared_ptr<hosting::Call>::get) != _running.end();
}

void InProcessSlot::cancelled(const hosting::Call& call) {
    std::shared_ptr<hosting::Call> queued;
    std::shared_ptr<hosting::Instance> instance;
    {
        const std::lock_guard lock(_mutex);
        queued = _queue.takeOut(call);
        instance = isRunning(call) ? _instance : nullptr;
    }
    if (queued) {
        queued->finish(queued->cancelOutcome());
    }
    if (instance) {
        instance->cancel(call.request().id);
    }
}

void InProcessSlot::abandon(const hosting::Call& call) {
    hosting::Calls unserved;
    hosting::Outcome outcome;
    {
        const std::lock_guard lock(_mutex);
        _queue.takeOut(call);
        if (!isRunning(call) || _stopping) {
            return;
        }
        _state = SlotState::wedged;
        _reason = {{}, "'" + std::string(call.request().tool) + "' does not return, call " + call.request().id};
        base::log::error("plugin {}: wedged: {}", _manifest.id, _reason.text);
        unserved = _queue.drain();
        outcome = refused();
    }
    _work.notify_all();
    for (const auto& waiting : unserved) {
        waiting->finish(outcome);
    }
}

bool InProcessSlot::allGone() const {
    return !_starting && std::ranges::all_of(_workers, &Worker::exited);
}

bool InProcessSlot::stop(milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    const auto stopping = hosting::Outcome::failure(Code::cancelled, "the plugin is stopped");
    std::unique_lock lock(_mutex);
    if (_stopping) {
        return !_leftBehind;
    }
    _stopping = true;
    const hosting::Calls unserved = _queue.drain();
    const hosting::Calls running = _running;
    lock.unlock();
    _work.notify_all();
    for (const auto& call : unserved) {
        call->finish(stopping);
    }
    for (const auto& call : running) {
        call->cancel(stopping.code, stopping.error);
        cancelled(*call);
    }
    lock.lock();
    _leftBehind = !_changed.wait_until(lock, deadline, [this] { return allGone(); });
    _state = SlotState::stopped;
    const hosting::Calls lost = _running;
    lock.unlock();
    for (const auto& call : lost) {
        call->finish(call->cancelOutcome());
    }
    releaseWorkers();
    const auto left = [&] { return std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()); };
    const bool listed = _lister.stop(left());
    return destroyInstance(left()) && listed;
}

void InProcessSlot::releaseWorkers() {
    std::vector<std::thread> exited;
    {
        const std::lock_guard lock(_mutex);
        for (Worker& worker : _workers) {
            if (worker.exited) {
                exited.push_back(std::move(worker.thread));
            } else {
                worker.thread.detach();
            }
        }
    }
    for (std::thread& thread : exited) {
        thread.join();
    }
}

bool InProcessSlot::destroyInstance(milliseconds limit) {
    std::unique_lock lock(_mutex);
    if (_leftBehind || !_instance) {
        return !_leftBehind;  // with a thread still inside, the last one to leave destroys it
    }
    const auto doomed = std::make_shared<std::shared_ptr<hosting::Instance>>(std::move(_instance));
    lock.unlock();
    bool destroyed = false;
    try {
        destroyed = produceWithin<bool>(std::max(limit, milliseconds(1)), [doomed] {
                        doomed->reset();
                        return true;
                    }).has_value();
        lock.lock();
    } catch (const std::system_error&) {  // no thread to be had: it is destroyed with the slot
        lock.lock();
        _instance = std::move(*doomed);
    }
    _leftBehind = !destroyed;
    return destroyed;
}

}  // namespace aip::plugins
