#include "plugins/process_slot.h"

#include "admission/sealed_library.h"
#include "base/log.h"
#include "base/run_logged.h"
#include "plugins/spec_of.h"

#include <aip/ext/task_events.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <variant>

namespace aip::plugins {
namespace {

using base::Code;

/// More than the threads of a good plugin send at the same time.
constexpr std::size_t mostOffers = 256;
constexpr std::size_t takers = 16;
constexpr std::size_t closers = 4;
/// Links of ended processes, beside one for each call at a time. A good plugin leaves nothing that is slow to close.
constexpr std::size_t mostUnclosed = 16;

ProcessPool::Limits limitsOf(const admission::Manifest& manifest, const SlotSettings& settings) {
    const bool perCall = settings.isolation == Isolation::perCall;
    ProcessPool::Limits limits;
    limits.processes = perCall ? manifest.concurrency : 1;
    limits.places = perCall ? 1 : manifest.concurrency;
    limits.perCall = perCall;
    limits.queue = settings.maxQueue;
    limits.startTimeout = settings.startTimeout;
    limits.stopTimeout = settings.process.stopTimeout;
    limits.ahead = perCall && settings.process.startAhead > std::chrono::milliseconds(0);
    limits.idleTimeout = limits.ahead ? settings.process.startAhead : settings.process.idleTimeout;
    limits.triesAgain = manifest.server.has_value();
    limits.abandoned = manifest.program ? ProcessPool::Abandoned::endsLater : ProcessPool::Abandoned::endsNow;
    limits.outlivesCalls = manifest.server && manifest.server->isProgram();  // no MCP server answers a cancelled call
    return limits;
}

/// For a start that waits for the end of an earlier process and for its turn, and then takes all its time.
std::chrono::milliseconds longestStart(const SlotSettings& settings) {
    return settings.process.stopTimeout + Slot::longestEnd + settings.process.backoffCap + settings.startTimeout +
           Slot::longestEnd;
}

std::chrono::milliseconds leftUntil(base::Clock::TimePoint limit) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(0));
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
      _offers(takers),
      _ends(closers),
      _kept(_settings.keptTools.empty() ? nullptr : std::make_shared<const KeptTools>(_settings.keptTools, _manifest)),
      _offersBeforeStart(_kept && restoreTools()),
      _pool(
          _manifest, limitsOf(_manifest, _settings), restartsOf(_settings.process), [this] { return wake(); },
          _wiring.failed),
      _messages(_manifest, _settings, _wiring, _pool, _tools, _kept),
      _loop(*this, _wiring.log, _settings.process.limits.processes) {}

bool ProcessSlot::restoreTools() const {
    const auto list = _kept->read();
    const bool restored = list && _tools->update(list);
    if (!restored) {
        base::log::info("plugin {}: starts now, and not with its first call: its tools are not known{}", _manifest.id,
                        list ? "" : ": " + list.error().text());
    }
    return restored;
}

SlotState ProcessSlot::state() const {
    return _pool.with([](const ProcessPool& pool) { return pool.state(); });
}

std::string ProcessSlot::reason() const {
    return _pool.with([](const ProcessPool& pool) { return pool.reason().line(); });
}

link::Measures ProcessSlot::measures() const {
    return _confinement.inForce();
}

bool ProcessSlot::hearsOfTasks() const {
    return _settings.isolation != Isolation::perCall && _manifest.promises(AIP_EXT_TASK_EVENTS) &&
           state() == SlotState::running;
}

std::string ProcessSlot::load(TimePoint now) const {
    return _pool.with([now](const ProcessPool& pool) { return pool.load(now); });
}

hosting::Check ProcessSlot::start() {
    const auto attempts = _pool.with([](ProcessPool& pool) { return pool.want(); });
    if (const auto awake = attempts ? wake() : hosting::Check(); !awake) {
        return awake;
    }
    const auto answered = [&](const ProcessPool& pool) { return !attempts || pool.answersWant(*attempts); };
    const auto result = [&](const ProcessPool& pool) { return answered(pool) ? pool.startResult() : stillWaits(); };
    return _pool.waitUntil(std::chrono::steady_clock::now() + longestStart(_settings), answered, result);
}

void ProcessSlot::startSoon() {
    if (_pool.with([](ProcessPool& pool) { return pool.want(); })) {
        static_cast<void>(wake());
    }
}

hosting::Check ProcessSlot::stillWaits() const {
    base::log::error("plugin {}: is not started yet: the agent waits for its earlier process", _manifest.id);
    return hosting::Refusal{hosting::reason::startTimeout, "the agent waits for its earlier process"};
}

void ProcessSlot::invoke(std::shared_ptr<hosting::Call> call) {
    if (_pool.apply([&](ProcessPool& pool) { return pool.invoke(std::move(call)); })) {
        _loop.watchNumbers();
    }
}

void ProcessSlot::rest() {
    const auto now = std::chrono::steady_clock::now();
    _pool.apply([now](ProcessPool& pool) { return pool.rest(now); });
}

bool ProcessSlot::revive() {
    const bool revived = _pool.with([](ProcessPool& pool) { return pool.revive(); });
    if (revived) {
        static_cast<void>(wake());
    }
    return revived;
}

bool ProcessSlot::stop(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    if (const auto stopping = _pool.with([until](ProcessPool& pool) { return pool.stop(until); })) {
        _pool.notify();
        endCalls(*this, *stopping);
        const auto end = until + longestEnd;
        if (!_loop.join(end)) {
            leaveBehind(*stopping);
        }
        if (!_messages.stop(leftUntil(end))) {
            _leftBehind = true;
        }
    }
    return !_leftBehind && _pool.with([](const ProcessPool& pool) { return !pool.leftBehind(); });
}

/// Its thread is blocked by something that its processes have sent: nobody else answers its calls.
void ProcessSlot::leaveBehind(const StoppedCalls& stopping) {
    base::log::error("plugin {}: the thread of its processes is blocked and is left behind", _manifest.id);
    _leftBehind = true;
    for (const auto& call : stopping.running) {
        call->finish(call->cancelOutcome());
    }
}

hosting::Check ProcessSlot::wake() {
    const auto awake = _loop.wake(shared_from_this());
    if (!awake) {
        const hosting::Refusal why{hosting::reason::shortage, awake.error().text()};
        const auto now = std::chrono::steady_clock::now();
        _pool.with([&](ProcessPool& pool) { pool.noThread(why, now); });
        return why;
    }
    return {};
}

base::Result<ChildProcess, hosting::Refusal> ProcessSlot::launchChild() {
    if (_ends.pending() > mostUnclosed + _manifest.concurrency) {
        return hosting::Refusal{hosting::reason::shortage,
                                "what its earlier processes have handed over is not closed yet"};
    }
    if (!_sealed && _manifest.isLibrary()) {
        auto sealed = admission::sealLibrary(_library, _manifest);
        if (!sealed) {
            return std::move(sealed).error();
        }
        _library = *std::move(sealed);
        _sealed = true;
    }
    const ProcessSettings& settings = _settings.process;
    auto child = ChildProcess::start({runnerFor(_manifest, settings), _manifest.id,
                                      allowedEnvironment(settings.environment), settings.confinement.hostView, _ends});
    if (!child) {
        return notLaunched(child.error());
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
    const ProcessId process = _pool.launched(child.link(), child.number(), now);
    const auto sent = child.link()->post(startMessage(_manifest, _settings, _wiring, _description), _library);
    if (!sent && sent.error().code() != Code::unavailable) {
        const hosting::Refusal refusal = notLaunched(sent.error());
        _pool.with([&](ProcessPool& pool) { return pool.refuse(process, refusal, now); });
    }
    return ProcessLoop::Launched{process, std::move(child)};
}

bool ProcessSlot::handle(ProcessId process, const std::shared_ptr<link::Link>& link, link::Link::Received& received) {
    if (const auto* confined = std::get_if<link::Confined>(&received.message)) {
        const bool expected = _pool.with([process](ProcessPool& pool) { return pool.reportConfinement(process); });
        if (expected) {
            _confinement.report(*confined);
        }
        return expected;
    }
    if (const auto* offer = std::get_if<link::Offer>(&received.message)) {
        return takeOffer(process, link, *offer, received.descriptor);
    }
    return _messages.handle(process, *link, received);
}

/// On another thread: the file may be one that blocks whoever looks at it or closes it. What is left in `content` is
/// not closed here either. False if there are too many at once.
bool ProcessSlot::takeOffer(ProcessId process, const std::shared_ptr<link::Link>& link, const link::Offer& offer,
                            base::Descriptor& content) {
    if (_offers.pending() >= mostOffers) {
        return false;
    }
    const auto held = std::make_shared<base::Descriptor>();
    BlockingJobs::Job take = [self = shared_from_this(), process, link, held, request = offer.request,
                              size = offer.size, call = std::string(offer.callId), name = std::string(offer.name),
                              type = std::string(offer.mimeType)] {
        base::runLogged([&] {
            self->_messages.offered(process, *link, {request, size, call, name, type}, std::move(*held));
        });
        static_cast<void>(self->wake());  // what does not fit into the socket is sent by the loop
    };
    *held = std::move(content);
    if (!_offers.add(std::move(take))) {
        content = std::move(*held);
        static_cast<void>(link->post(link::Answer{offer.request, static_cast<std::int32_t>(Code::exhausted),
                                                  "the agent has no thread left to take it"}));
    }
    return true;
}

void ProcessSlot::lost(ProcessId process, const base::Error& why) {
    const auto now = std::chrono::steady_clock::now();
    _pool.with([&](ProcessPool& pool) {
        if (why.code() == Code::unavailable) {
            pool.lost(process, now);
        } else {
            pool.terminate(process,
                           (why.code() == Code::invalid ? "its process was killed because it broke the protocol: "
                                                        : "its process was killed because a message for it is lost: ") +
                               why.text(),
                           now);
        }
    });
}

void ProcessSlot::multiplied(ProcessId process) {
    const std::string limit = std::to_string(_settings.process.limits.processes);
    const auto now = std::chrono::steady_clock::now();
    _pool.with([&](ProcessPool& pool) {
        pool.terminate(process,
                       "its process was killed because it has more than " + limit +
                           " processes and threads (plugins.process_limit)",
                       now);
    });
}

bool ProcessSlot::trusts(ProcessId process) {
    return _pool.with([process](const ProcessPool& pool) { return !pool.terminated(process); });
}

void ProcessSlot::ended(ProcessId process, const ProcessEnd& end) {
    ProcessEnd told = end;
    told.lastWords = _wiring.redact ? _wiring.redact(end.lastWords) : end.lastWords;
    _pool.ended(process, told, std::chrono::steady_clock::now());
}

}  // namespace aip::plugins
