#include "plugins/process_slot.h"

#include "base/log.h"
#include "plugins/spec_of.h"

#include <algorithm>
#include <system_error>

namespace aip::plugins {

using base::Code;
using base::Error;
using std::chrono::milliseconds;

ProcessSlot::ProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                         SlotWiring wiring)
    : _manifest(std::move(manifest)),
      _settings(std::move(settings)),
      _wiring(std::move(wiring)),
      _library(std::move(library)),
      _description(hosting::encode(specOf(_manifest, _settings))),
      _placesPerProcess(_settings.isolation == Isolation::perCall ? 1 : _manifest.concurrency),
      _failures(_settings.process.maxFailures, _settings.process.failureWindow,
                base::Backoff(_settings.process.backoffBase, _settings.process.backoffCap, base::systemRandom())) {}

SlotState ProcessSlot::state() const {
    const std::lock_guard lock(_mutex);
    return currentState();
}

SlotState ProcessSlot::currentState() const {
    if (_stopping || _verdict != SlotState::idle) {
        return _stopping ? SlotState::stopped : _verdict;
    }
    const auto any = [this](PluginProcess::Stage stage) {
        return std::ranges::any_of(_processes, [stage](const auto& process) { return process.stage() == stage; });
    };
    if (any(Stage::ready)) {
        return SlotState::running;
    }
    if (any(Stage::starting)) {
        return SlotState::starting;
    }
    if (!_reason.text.empty()) {
        return SlotState::restarting;
    }
    return perCall() && _proven ? SlotState::running : SlotState::idle;
}

std::string ProcessSlot::reason() const {
    const std::lock_guard lock(_mutex);
    return _reason.line();
}

hosting::Outcome ProcessSlot::refused() const {
    return accepts() ? busy(_manifest, _queue.size())
                     : refusal(_manifest, currentState(), _stopping ? "" : _reason.line());
}

hosting::Check ProcessSlot::start() {
    std::unique_lock lock(_mutex);
    const auto ready = [this] {
        return std::ranges::any_of(_processes, [](const auto& process) { return process.stage() == Stage::ready; });
    };
    const auto attempts = _attempts;
    if (accepts() && !ready()) {
        _wanted = true;
        if (!ensureThread()) {
            return hosting::Refusal{hosting::reason::startFailed, "cannot make a thread"};
        }
        _polled.wake();
        _changed.wait(lock, [&] { return ready() || !accepts() || _attempts != attempts; });
    }
    if (ready() && accepts()) {
        return {};
    }
    return startRefusal(currentState(), _reason);
}

void ProcessSlot::invoke(std::shared_ptr<hosting::Call> call) {
    std::unique_lock lock(_mutex);
    PluginProcess* process = _queue.empty() && accepts() ? withFreePlace() : nullptr;
    if (process != nullptr) {
        Delivery delivery{process->link(), process->occupy(call), call};
        lock.unlock();
        deliver(std::move(delivery));
        return;
    }
    if (accepts() && _queue.size() < _settings.maxQueue && ensureThread()) {
        _queue.push_back(std::move(call));
        const bool wake = wantsProcess();
        lock.unlock();
        if (wake) {
            _polled.wake();
        }
        return;
    }
    hosting::Outcome outcome = refused();
    lock.unlock();
    call->finish(std::move(outcome));
}

bool ProcessSlot::ensureThread() {
    try {
        if (!_thread.joinable()) {
            _thread = std::thread([self = shared_from_this()] { self->run(); });
        }
        return true;
    } catch (const std::system_error& problem) {
        base::log::error("plugin {}: cannot make a thread: {}", _manifest.id, problem.what());
        return false;
    }
}

/// One process for all, or one for each call that has none; those that stop do not count then.
bool ProcessSlot::wantsProcess() const {
    std::size_t coming = 0;
    std::size_t alive = 0;
    for (const PluginProcess& process : _processes) {
        const bool mayServe = process.stage() == Stage::starting || process.stage() == Stage::ready;
        coming += mayServe ? process.places() - process.busy() : 0;
        alive += mayServe || !perCall() ? 1 : 0;
    }
    const std::size_t most = perCall() ? _manifest.concurrency : 1;
    const bool room = alive < most && _processes.size() < 2 * most;
    return accepts() && room && (coming < _queue.size() || (_wanted && coming == 0));
}

PluginProcess* ProcessSlot::withFreePlace() {
    const auto found = std::ranges::find_if(_processes, &PluginProcess::hasFreePlace);
    return found == _processes.end() ? nullptr : &*found;
}

/// The call that has waited longest, and for which it is not too late.
std::optional<ProcessSlot::Delivery> ProcessSlot::nextFor(PluginProcess& process, Outcomes& outcomes) {
    while (!_queue.empty() && process.hasFreePlace()) {
        auto call = std::move(_queue.front());
        _queue.pop_front();
        if (!call->cancelled() && !call->finished()) {
            return Delivery{process.link(), process.occupy(call), call};
        }
        outcomes.emplace_back(call, call->cancelOutcome());
    }
    return std::nullopt;
}

void ProcessSlot::deliver(Delivery delivery) {
    for (std::optional<Delivery> next = std::move(delivery); next;) {
        next = trySending(*next);
    }
}

/// If that fails, so does the call, and its place is for the one that is given back.
std::optional<ProcessSlot::Delivery> ProcessSlot::trySending(const Delivery& delivery) {
    const hosting::Call::Request& request = delivery.call->request();
    const link::Invoke invoke{static_cast<std::uint32_t>(delivery.ticket.place),
                              delivery.ticket.number,
                              static_cast<std::uint8_t>(request.kind == hosting::Call::Kind::collect ? 1 : 0),
                              static_cast<std::uint64_t>(delivery.call->remaining().count()),
                              request.id,
                              request.tool,
                              request.toolType,
                              link::Payload(request.parameters)};
    const auto sent = delivery.link->post(invoke);
    if (delivery.link->waiting()) {
        _polled.wake();
    }
    if (sent || sent.error().code() == Code::unavailable) {
        return std::nullopt;  // if the process is gone, the thread answers its calls
    }
    std::optional<Delivery> next;
    Outcomes outcomes;
    {
        const std::lock_guard lock(_mutex);
        if (PluginProcess* process = processOf(*delivery.call)) {
            process->release(delivery.ticket, std::chrono::steady_clock::now());
            next = nextFor(*process, outcomes);
        }
    }
    delivery.call->finish(hosting::Outcome::failure(sent.error().code(), sent.error().text()));
    finish(std::move(outcomes));
    return next;
}

PluginProcess* ProcessSlot::processOf(const hosting::Call& call) {
    const auto found = std::ranges::find_if(
        _processes, [&call](const PluginProcess& process) { return process.find(call).has_value(); });
    return found == _processes.end() ? nullptr : &*found;
}

void ProcessSlot::cancelled(const hosting::Call& call) {
    std::unique_lock lock(_mutex);
    if (const auto queued = hosting::takeOut(_queue, call)) {
        lock.unlock();
        queued->finish(queued->cancelOutcome());
        return;
    }
    const PluginProcess* process = processOf(call);
    if (process == nullptr) {
        return;
    }
    const auto ticket = *process->find(call);
    const auto link = process->link();
    lock.unlock();
    const hosting::Outcome why = call.cancelOutcome();
    static_cast<void>(link->post(link::Cancel{static_cast<std::uint32_t>(ticket.place), ticket.number,
                                              static_cast<std::int32_t>(why.code),
                                              std::string_view(why.error).substr(0, link::largestInline / 2)}));
    if (link->waiting()) {
        _polled.wake();
    }
}

void ProcessSlot::abandon(const hosting::Call& call) {
    {
        const std::lock_guard lock(_mutex);
        hosting::takeOut(_queue, call);
        PluginProcess* process = processOf(call);
        if (process == nullptr || _stopping) {
            return;
        }
        process->terminate(Cause::fault,
                           "its process was killed because '" + std::string(call.request().tool) +
                               "' does not return, call " + call.request().id,
                           std::chrono::steady_clock::now());
    }
    _polled.wake();
}

bool ProcessSlot::revive() {
    const std::lock_guard lock(_mutex);
    if (_stopping || _verdict == SlotState::idle) {
        return false;
    }
    _verdict = SlotState::idle;
    _reason = {};
    _failures.clear();
    return true;
}

bool ProcessSlot::stop(milliseconds limit) {
    const auto stopping = hosting::Outcome::failure(Code::cancelled, "the plugin is stopped");
    std::unique_lock lock(_mutex);
    if (_stopping) {
        return !_leftBehind;
    }
    _stopping = true;
    _stopLimit = std::chrono::steady_clock::now() + limit;
    const hosting::Calls unserved = std::exchange(_queue, {});
    hosting::Calls running;
    for (const PluginProcess& process : _processes) {
        std::ranges::copy(process.calls(), std::back_inserter(running));
    }
    _changed.notify_all();
    lock.unlock();
    for (const auto& call : unserved) {
        call->finish(stopping);
    }
    for (const auto& call : running) {
        call->cancel(stopping.code, stopping.error);
        cancelled(*call);
    }
    _polled.wake();
    if (_thread.get_id() == std::this_thread::get_id()) {
        _thread.detach();  // the last to let go of the slot: what is left it does alone
    } else if (_thread.joinable()) {
        _thread.join();
    }
    return !_leftBehind;
}

}  // namespace aip::plugins
