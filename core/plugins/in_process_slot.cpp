#include "plugins/in_process_slot.h"

#include "admission/sealed_library.h"
#include "base/log.h"
#include "plugins/spec_of.h"
#include "plugins/time_limit.h"
#include "plugins/trial.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace aip::plugins {

using base::Code;
using std::chrono::milliseconds;

thread_local const InProcessSlot* InProcessSlot::finishing = nullptr;

SlotState InProcessSlot::state() const {
    return _shared.with([](const Shared& shared) { return shared.state.state(); });
}

std::string InProcessSlot::reason() const {
    return _shared.with([](const Shared& shared) { return shared.state.reason().line(); });
}

SlotFigures InProcessSlot::figures(base::Clock::TimePoint now) const {
    return _shared.with([now](const Shared& shared) { return shared.state.figures(now); });
}

std::string InProcessSlot::load(base::Clock::TimePoint now) const {
    return _shared.with([now](const Shared& shared) { return shared.state.load(now); });
}

void InProcessSlot::invoke(std::shared_ptr<hosting::Call> call) {
    auto placed = _shared.with([&](Shared& shared) { return place(shared, call); });
    if (placed.wakeWorker) {
        _work.notify_one();  // a worker that woke up to a locked mutex would go to sleep again
    }
    if (placed.line) {
        base::log::warn("plugin {}: {}", _manifest.id, *placed.line);
    }
    if (placed.refusal) {
        call->finish(*std::move(placed.refusal));
    }
}

InProcessSlot::Placed InProcessSlot::place(Shared& shared, const std::shared_ptr<hosting::Call>& call) {
    InProcessState& state = shared.state;
    if (call->cancelled()) {  // its cancelled() came before the queue had it
        return {false, call->cancelOutcome(), {}};
    }
    const bool mine = finishing == this && state.nothingWaits();  // this worker runs it after its completion
    if (!state.push(call, std::chrono::steady_clock::now())) {
        return {false, state.refused(), {}};
    }
    if (mine) {
        return {};
    }
    auto line = state.wantsWorker() ? makeWorker(shared) : std::nullopt;
    if (state.hasWorkers()) {
        return {true, std::nullopt, std::move(line)};
    }
    state.takeOut(*call);
    const auto why = "plugin '" + _manifest.id + "': the agent gets no thread for its calls";
    return {false, hosting::Outcome::failure(Code::unavailable, why), std::move(line)};
}

/// A line for the log if there is news about threads.
std::optional<std::string> InProcessSlot::makeWorker(Shared& shared) {
    std::erase_if(shared.workers, [](Worker& worker) {
        if (worker.ended) {
            worker.thread.detach();
        }
        return worker.ended;
    });
    Worker& worker = shared.workers.emplace_back();
    try {
        worker.thread = std::thread([self = shared_from_this(), &worker] { self->work(worker); });
        shared.state.workerMade();
        return shared.threads.over(std::chrono::steady_clock::now());
    } catch (const std::exception& problem) {
        shared.workers.pop_back();
        return shared.threads.failed(std::chrono::steady_clock::now(), problem.what(), "next try with the next call");
    }
}

void InProcessSlot::work(Worker& self) {
    static_cast<void>(start());
    while (const Job job = next()) {
        carryOut(job);
    }
    _shared.with([&self](Shared& shared) {
        self.ended = true;
        shared.state.workerEnded();
    });
    _shared.notify();
}

InProcessSlot::Job InProcessSlot::next() {
    return _shared.waitFor(
        _work, [](Shared& shared) { shared.state.workerWaits(); },
        [](const Shared& shared) { return shared.state.wakesWorker(); },
        [](Shared& shared) {
            auto call = shared.state.nextCall();
            return call ? Job{std::move(call), shared.instance} : Job();
        });
}

/// Without an instance if the plugin was to be started again since this worker has started it, and was not.
void InProcessSlot::carryOut(Job job) {
    const auto& call = job.call;
    if (!job.instance) {
        static_cast<void>(start());
        job.instance = _shared.with([](const Shared& shared) { return shared.instance; });
    }
    call->begin();
    const bool pointless = call->cancelled() || call->finished();
    hosting::Outcome outcome = pointless ? call->cancelOutcome()
                               : !job.instance
                                   ? _shared.with([](const Shared& shared) { return shared.state.refused(); })
                                   : checked(job.instance->run(call, _settings.maxResultSize));
    _shared.with([&call](Shared& shared) { shared.state.returned(call); });
    finishing = this;
    call->finish(std::move(outcome));
    finishing = nullptr;
}

hosting::Check InProcessSlot::start() {
    const bool first = _shared.waitFor(
        [](const Shared& shared) { return !shared.state.starting(); },
        [now = std::chrono::steady_clock::now()](Shared& shared) { return shared.state.beginStart(now); });
    if (first) {
        startPlugin();
    }
    return _shared.with([](const Shared& shared) { return shared.state.startResult(); });
}

void InProcessSlot::startPlugin() {
    hosting::Instance::Started started = attempt();
    conclude(started);
    started = hosting::Refusal();  // if stop() was called meanwhile, the instance ends here
    auto unserved = _shared.with([](Shared& shared) { return shared.state.endStart(); });
    _shared.notify();
    _work.notify_all();
    finish(std::move(unserved));
}

hosting::Instance::Started InProcessSlot::attempt() {
    const ConfinementSettings& confinement = _settings.process.confinement;
    if (!confinement.required.empty() || confinement.user) {
        return hosting::Refusal{hosting::reason::isolationLacking,
                                "in the agent's process it is without " +
                                    (confinement.user ? "a user of its own (plugins.run_as)"
                                                      : "the required " + confinement.required.text())};
    }
    auto sealed = admission::sealLibrary(_library, _manifest);
    if (!sealed) {
        return std::move(sealed).error();
    }
    if (_settings.trial) {
        if (auto tried = tryInChild(_manifest, *sealed, _settings, _wiring, _givenUp.get_token()); !tried) {
            return std::move(tried).error();
        }
    }
    return load(_settings.sealed ? *std::move(sealed) : _library.duplicate());
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
            _settings.startTimeout,
            [spec = specOf(_manifest, _settings), log = _wiring.log, artifacts = _wiring.artifacts, library,
             tools = _tools, changed] {
                auto begun = hosting::Instance::start(spec, std::move(*library), log, artifacts, changed);
                if (begun) {
                    tools->update((*begun)->listTools());
                }
                return begun;
            },
            _givenUp.get_token());
        if (started) {
            return *std::move(started);
        }
    } catch (const std::exception& problem) {
        return hosting::Refusal{hosting::reason::shortage, std::string("cannot make a thread: ") + problem.what()};
    }
    _startsForEver = true;
    if (_givenUp.stop_requested()) {
        return hosting::Refusal{hosting::reason::startFailed, "it is stopped"};
    }
    return hosting::startTimedOut(_settings.startTimeout);
}

void InProcessSlot::conclude(hosting::Instance::Started& started) {
    if (!started) {
        return concludeFailure(started.error());
    }
    bool stale = false;
    std::optional<std::string> over;
    const bool needed = _shared.with([&](Shared& shared) {
        if (!shared.state.started()) {
            return false;
        }
        over = shared.shortage.over(std::chrono::steady_clock::now());
        shared.instance = *std::move(started);
        stale = shared.toolsStale;
        return true;
    });
    if (stale) {
        demandTools();
    }
    if (over) {
        base::log::info("plugin {}: {}", _manifest.id, *over);
    }
    if (needed) {
        base::log::info("plugin {} {} started", _manifest.id, _manifest.version);
    }
}

void InProcessSlot::concludeFailure(const hosting::Refusal& why) {
    const auto now = std::chrono::steady_clock::now();
    bool later = false;
    std::optional<std::string> shortage;
    const bool needed = _shared.with([&](Shared& shared) {
        const bool failed = shared.state.failed(why, now);
        const auto wait = shared.state.wait(now);
        later = wait.has_value();
        shortage = failed && wait ? shortageLine(shared, why, *wait, now) : std::nullopt;
        return failed;
    });
    if (shortage) {
        base::log::warn("plugin {}: {}", _manifest.id, *shortage);
    } else if (needed && !later) {
        base::log::error("plugin {}: failed: {}; it is not tried again before a reload (SIGHUP)", _manifest.id,
                         why.line());
        tellOfFailure(why.line());
    }
}

void InProcessSlot::tellOfFailure(const std::string& why) const {
    if (_wiring.failed) {
        _wiring.failed(why);
    }
}

std::optional<std::string> InProcessSlot::shortageLine(Shared& shared, const hosting::Refusal& why, milliseconds wait,
                                                       base::Clock::TimePoint now) {
    return shared.shortage.failed(
        now, why.line(), "next try with the next call, in " + std::to_string(wait.count()) + " ms at the earliest");
}

bool InProcessSlot::revive() {
    return _shared.with([](Shared& shared) { return shared.state.revive(); });
}

void InProcessSlot::toolsChanged() {
    const bool started = _shared.with([](Shared& shared) {
        shared.toolsStale = shared.toolsStale || !shared.instance;
        return shared.instance != nullptr;
    });
    if (started) {
        demandTools();
    }
}

void InProcessSlot::demandTools() {
    _lister.demand([self = shared_from_this()] { self->listTools(); });
}

void InProcessSlot::listTools() {
    if (const auto instance = _shared.with([](const Shared& shared) { return shared.instance; })) {
        _tools->update(instance->listTools());
    }
}

void InProcessSlot::cancelled(const hosting::Call& call) {
    struct Found {
        std::shared_ptr<hosting::Call> queued;
        std::shared_ptr<hosting::Instance> running;
    };
    const auto found = _shared.with([&call](Shared& shared) {
        auto queued = shared.state.takeOut(call);
        return Found{std::move(queued), shared.state.isRunning(call) ? shared.instance : nullptr};
    });
    if (found.queued) {
        found.queued->finish(found.queued->cancelOutcome());
    }
    if (found.running) {
        found.running->cancel(call.request().id);
    }
}

bool InProcessSlot::abandon(const hosting::Call& call) {
    const std::string why = "'" + std::string(call.request().tool) + "' does not return, call " + call.request().id;
    auto unserved = _shared.with([&](Shared& shared) { return shared.state.abandon(call, why); });
    if (unserved) {
        base::log::error("plugin {}: wedged: {}; it is not tried again before a reload (SIGHUP)", _manifest.id, why);
        tellOfFailure("wedged: " + why);
        _work.notify_all();
        finish(*std::move(unserved));
    }
    return false;
}

bool InProcessSlot::stop(milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    const auto stopping = _shared.with([](Shared& shared) { return shared.state.stop(); });
    if (!stopping) {
        return !_startsForEver && !_shared.with([](const Shared& shared) { return shared.state.leftBehind(); });
    }
    _givenUp.request_stop();
    _work.notify_all();
    endCalls(*this, *stopping);
    const auto lost = _shared.waitUntil(
        deadline, [](const Shared& shared) { return shared.state.allGone(); },
        [](Shared& shared) { return shared.state.stopped(); });
    for (const auto& call : lost) {
        call->finish(call->cancelOutcome());
    }
    releaseWorkers();
    const auto left = [&] { return std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()); };
    const bool listed = _lister.stop(left());
    return destroyInstance(left()) && listed && !_startsForEver;
}

void InProcessSlot::releaseWorkers() {
    auto ended = _shared.with([](Shared& shared) {
        std::vector<std::thread> threads;
        for (Worker& worker : shared.workers) {
            if (worker.ended) {
                threads.push_back(std::move(worker.thread));
            } else {
                worker.thread.detach();
            }
        }
        return threads;
    });
    for (std::thread& thread : ended) {
        thread.join();
    }
}

bool InProcessSlot::destroyInstance(milliseconds limit) {
    if (_shared.with([](const Shared& shared) { return shared.state.leftBehind(); })) {
        return false;  // with a thread still inside, the last one to leave destroys it
    }
    const auto doomed = std::make_shared<std::shared_ptr<hosting::Instance>>(
        _shared.with([](Shared& shared) { return std::move(shared.instance); }));
    if (!*doomed) {
        return true;
    }
    bool destroyed = false;
    try {
        destroyed = produceWithin<bool>(std::max(limit, milliseconds(1)), [doomed] {
                        doomed->reset();
                        return true;
                    }).has_value();
    } catch (const std::exception&) {  // without a thread it is destroyed together with the slot
        _shared.with([&doomed](Shared& shared) { shared.instance = std::move(*doomed); });
    }
    _shared.with([destroyed](Shared& shared) { shared.state.destroyed(destroyed); });
    return destroyed;
}

}  // namespace aip::plugins
