#include "plugins/process_slot.h"

#include "admission/sealed_library.h"
#include "base/log.h"
#include "plugins/spec_of.h"

#include <chrono>
#include <utility>
#include <variant>

namespace aip::plugins {
namespace {

using base::Code;

ProcessPool::Limits limitsOf(const admission::Manifest& manifest, const SlotSettings& settings) {
    const bool perCall = settings.isolation == Isolation::perCall;
    ProcessPool::Limits limits;
    limits.processes = perCall ? manifest.concurrency : 1;
    limits.places = perCall ? 1 : manifest.concurrency;
    limits.perCall = perCall;
    limits.queue = settings.maxQueue;
    limits.startTimeout = settings.startTimeout;
    limits.stopTimeout = settings.process.stopTimeout;
    limits.idleTimeout = settings.process.idleTimeout;
    return limits;
}

RestartPolicy restartsOf(const ProcessSettings& settings) {
    return {settings.maxFailures, settings.failureWindow,
            base::Backoff(settings.backoffBase, settings.backoffCap, base::systemRandom())};
}

}  // namespace

ProcessSlot::ProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                         SlotWiring wiring)
    : _manifest(std::move(manifest)),
      _settings(std::move(settings)),
      _wiring(std::move(wiring)),
      _library(std::move(library)),
      _description(hosting::encode(specOf(_manifest, _settings))),
      _pool(_manifest, limitsOf(_manifest, _settings), restartsOf(_settings.process), [this] { return wake(); }),
      _messages(_manifest, _settings, _wiring, _pool, _tools),
      _loop(*this, _wiring.log) {}

SlotState ProcessSlot::state() const {
    return _pool.with([](const ProcessPool& pool) { return pool.state(); });
}

std::string ProcessSlot::reason() const {
    return _pool.with([](const ProcessPool& pool) { return pool.reason().line(); });
}

link::Measures ProcessSlot::measures() const {
    return _confinement.inForce();
}

std::string ProcessSlot::load(TimePoint now) const {
    return _pool.with([now](const ProcessPool& pool) { return pool.load(now); });
}

hosting::Check ProcessSlot::start() {
    const auto attempts = _pool.with([](ProcessPool& pool) { return pool.want(); });
    if (attempts && !wake()) {
        return hosting::Refusal{hosting::reason::startFailed, "cannot make a thread"};
    }
    return _pool.waitFor([&](const ProcessPool& pool) { return !attempts || pool.answersWant(*attempts); },
                         [](const ProcessPool& pool) { return pool.startResult(); });
}

void ProcessSlot::invoke(std::shared_ptr<hosting::Call> call) {
    _pool.apply([&](ProcessPool& pool) { return pool.invoke(std::move(call)); });
}

void ProcessSlot::abandon(const hosting::Call& call) {
    const auto now = std::chrono::steady_clock::now();
    _pool.apply([&](ProcessPool& pool) { return pool.abandon(call, now); });
}

bool ProcessSlot::revive() {
    return _pool.with([](ProcessPool& pool) { return pool.revive(); });
}

bool ProcessSlot::stop(std::chrono::milliseconds limit) {
    const auto why = hosting::Outcome::failure(Code::cancelled, "the plugin is stopped");
    const auto until = std::chrono::steady_clock::now() + limit;
    if (const auto stopping = _pool.with([until](ProcessPool& pool) { return pool.stop(until); })) {
        _pool.notify();
        for (const auto& call : stopping->waiting) {
            call->finish(why);
        }
        for (const auto& call : stopping->running) {
            call->cancel(why.code, why.error);
            cancelled(*call);
        }
        _loop.join();
    }
    return _pool.with([](const ProcessPool& pool) { return !pool.leftBehind(); });
}

bool ProcessSlot::wake() {
    const auto awake = _loop.wake(shared_from_this());
    if (!awake) {
        base::log::error("plugin {}: {}", _manifest.id, awake.error().text());
    }
    return static_cast<bool>(awake);
}

base::Result<ChildProcess, hosting::Refusal> ProcessSlot::launchChild() {
    if (!_sealed) {
        auto sealed = admission::sealLibrary(_library, _manifest);
        if (!sealed) {
            return std::move(sealed).error();
        }
        _library = *std::move(sealed);
        _sealed = true;
    }
    const ProcessSettings& settings = _settings.process;
    auto child = ChildProcess::start(
        {settings.runner, _manifest.id, allowedEnvironment(settings.environment), settings.confinement.hostView});
    if (!child) {
        return hosting::Refusal{hosting::reason::startFailed, child.error().text()};
    }
    return *std::move(child);
}

std::optional<ProcessLoop::Launched> ProcessSlot::launch() {
    const auto now = std::chrono::steady_clock::now();
    auto launched = launchChild();
    if (!launched) {
        _pool.apply([&](ProcessPool& pool) { return pool.launchFailed(launched.error(), now); });
        return std::nullopt;
    }
    ChildProcess& child = *launched;
    const ProcessId process = _pool.launched(child.link(), now);
    const auto sent = child.link()->post(startMessage(_manifest, _settings, _wiring, _description), _library);
    if (!sent && sent.error().code() != Code::unavailable) {
        const hosting::Refusal refusal{hosting::reason::startFailed, sent.error().text()};
        _pool.with([&](ProcessPool& pool) { return pool.refuse(process, refusal, now); });
    }
    return ProcessLoop::Launched{process, std::move(child)};
}

bool ProcessSlot::handle(ProcessId process, link::Link& link, link::Link::Received received) {
    if (const auto* confined = std::get_if<link::Confined>(&received.message)) {
        _confinement.report(*confined);
        return true;
    }
    return _messages.handle(process, link, std::move(received));
}

void ProcessSlot::lost(ProcessId process, const base::Error& why) {
    const auto now = std::chrono::steady_clock::now();
    _pool.with([&](ProcessPool& pool) {
        if (why.code() == Code::unavailable) {
            pool.lost(process, now);
        } else {
            pool.terminate(process, "its process was killed because it broke the protocol: " + why.text(), now);
        }
    });
}

bool ProcessSlot::trusts(ProcessId process) {
    return _pool.with([process](const ProcessPool& pool) { return !pool.terminated(process); });
}

void ProcessSlot::ended(ProcessId process, const ProcessEnd& end) {
    _pool.ended(process, end, std::chrono::steady_clock::now());
}

}  // namespace aip::plugins
