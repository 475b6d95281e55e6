#include "plugins/plugin_process.h"

#include "base/json_text.h"

#include <aip/abi.h>

#include <algorithm>
#include <array>
#include <utility>

namespace aip::plugins {
namespace {

using base::Clock;
using std::chrono::milliseconds;

/// A process that writes more than the log takes has to wait.
constexpr std::size_t readAtOnce = 16UL << 10U;
constexpr milliseconds readPause{10};
/// For the watcher to kill everything, and for the system to kill the watcher.
constexpr milliseconds killLimit{1'000};

}  // namespace

void PluginProcess::Output::read(Clock::TimePoint now) {
    const auto bytes = readSome(pipe, readAtOnce);
    open = bytes.has_value();
    if (!open) {
        log.finish();
        return;
    }
    log.take(*bytes);
    if (bytes->size() == readAtOnce) {
        readAt = now + readPause;
    }
}

void PluginProcess::Output::drain() {
    constexpr std::size_t mostInPipe = 1UL << 20U;
    for (std::size_t size = 0; open && size < mostInPipe;) {
        const auto bytes = readSome(pipe, readAtOnce);
        open = bytes && !bytes->empty();  // who still holds the other end is not waited for
        log.take(bytes.value_or(""));
        size += readAtOnce;
    }
    log.finish();
}

PluginProcess::PluginProcess(ChildProcess child, const hosting::LogSink& log, std::size_t places,
                             Clock::TimePoint startLimit)
    : _child(std::move(child)),
      _out{_child.out(), OutputLog(log, AIP_LOG_INFO)},
      _err{_child.err(), OutputLog(log, AIP_LOG_WARN)},
      _limit(startLimit),
      _places(places) {}

void PluginProcess::started(Clock::TimePoint now) {
    _stage = Stage::ready;
    _started = true;
    _limit = Clock::TimePoint::max();
    _idleSince = now;
}

void PluginProcess::stopping(Clock::TimePoint limit) {
    _stage = Stage::stopping;
    _limit = limit;
}

void PluginProcess::terminate(Cause cause, std::string text, Clock::TimePoint now, std::string code) {
    if (!terminated()) {
        _stage = Stage::ending;
        _cause = cause;
        _code = std::move(code);
        _text = std::move(text);
        _limit = now + killLimit;
        _child.end();
    }
}

void PluginProcess::lost(Clock::TimePoint now, milliseconds patience) {
    if (_stage != Stage::ending) {
        _stage = _stage == Stage::stopping ? Stage::stopping : Stage::ending;
        _lost = true;
        _limit = std::min(_limit, now + patience);
    }
}

bool PluginProcess::killAgain(Clock::TimePoint now) {
    _limit = now + killLimit;
    _child.kill();
    return !std::exchange(_killed, true);
}

PluginProcess::Ticket PluginProcess::occupy(std::shared_ptr<hosting::Call> call) {
    const auto place = std::ranges::find(_places, nullptr, &Place::call);
    place->call = std::move(call);
    ++_busy;
    return {static_cast<std::size_t>(place - _places.begin()), ++place->number};
}

std::shared_ptr<hosting::Call> PluginProcess::at(const Ticket& ticket) const {
    const bool known = ticket.place < _places.size() && _places[ticket.place].number == ticket.number;
    return known ? _places[ticket.place].call : nullptr;
}

std::shared_ptr<hosting::Call> PluginProcess::release(const Ticket& ticket, Clock::TimePoint now) {
    auto call = at(ticket);
    if (call) {
        _places[ticket.place].call.reset();
        --_busy;
        _idleSince = now;
    }
    return call;
}

std::optional<PluginProcess::Ticket> PluginProcess::find(const hosting::Call& call) const {
    const auto place = std::ranges::find(_places, &call, [](const Place& each) { return each.call.get(); });
    if (place == _places.end()) {
        return std::nullopt;
    }
    return Ticket{static_cast<std::size_t>(place - _places.begin()), place->number};
}

std::shared_ptr<hosting::Call> PluginProcess::find(std::string_view callId) const {
    const auto place = std::ranges::find_if(
        _places, [callId](const Place& each) { return each.call && each.call->request().id == callId; });
    return place == _places.end() ? nullptr : place->call;
}

std::vector<std::shared_ptr<hosting::Call>> PluginProcess::calls() const {
    std::vector<std::shared_ptr<hosting::Call>> found;
    for (const Place& place : _places) {
        if (place.call) {
            found.push_back(place.call);
        }
    }
    return found;
}

void PluginProcess::watch(PollSet& polled, Clock::TimePoint now) {
    _polledLink = polled.add(_lost || _stage == Stage::ending ? -1 : link()->descriptor(), true, link()->waiting());
    _polledProcess = polled.add(_child.process().get(), true);
    for (Output* output : {&_out, &_err}) {
        output->polled = polled.add(output->open && now >= output->readAt ? output->pipe.get() : -1, true);
    }
}

void PluginProcess::readOutput(const PollSet& polled, Clock::TimePoint now) {
    for (Output* output : {&_out, &_err}) {
        if (polled.ready(output->polled)) {
            output->read(now);
        }
    }
}

Clock::TimePoint PluginProcess::outputAt(Clock::TimePoint now) const {
    auto at = Clock::TimePoint::max();
    for (const Output* output : {&_out, &_err}) {
        at = output->open && output->readAt > now ? std::min(at, output->readAt) : at;
    }
    return at;
}

std::optional<ChildProcess::Ending> PluginProcess::ending() {
    auto ending = _child.ending();
    if (ending) {
        _out.drain();
        _err.drain();
    }
    return ending;
}

PluginProcess::Verdict PluginProcess::judge(const ChildProcess::Ending& ending) const {
    const bool clean = _stage == Stage::stopping && !ending.signalled && ending.number == 0;
    if (clean || _cause == Cause::asked) {
        return {Cause::asked, {}, {}, _started};
    }
    const std::string words = _err.log.lastWords();
    const std::string after = words.empty() ? "" : "; the last that it wrote: " + words;
    const bool byItself = _lost && !ending.killed();  // it was only slow to end
    if (_cause != Cause::none && !byItself) {
        return {_cause, _code, _text + after, _started};
    }
    const std::string text = "its process " + ending.text() + after;
    return _started ? Verdict{Cause::fault, {}, text, true}
                    : Verdict{Cause::refused, hosting::reason::startCrashed, text};
}

void writeLog(const hosting::LogSink& sink, const link::Log& message) {
    constexpr std::size_t longestLine = 8UL << 10U;
    if (sink) {
        sink(std::clamp<int>(message.level, AIP_LOG_TRACE, AIP_LOG_ERROR), base::readable(message.line, longestLine));
    }
}

std::optional<hosting::Refusal> refusalOf(const link::Refused& message) {
    static constexpr std::array known{hosting::reason::loadFailed,   hosting::reason::entryInvalid,
                                      hosting::reason::createFailed, hosting::reason::extensionMissing,
                                      hosting::reason::toolMissing,  hosting::reason::startFailed};
    constexpr std::size_t longestText = 8UL << 10U;
    const auto* const code = std::ranges::find(known, message.code);
    if (code == known.end()) {
        return std::nullopt;
    }
    return hosting::Refusal{*code, base::readable(message.text, longestText)};
}

link::Start startMessage(const admission::Manifest& manifest, const SlotSettings& settings, const SlotWiring& wiring,
                         std::string_view description) {
    link::Start start;
    start.concurrency = manifest.concurrency;
    start.maxResultSize = settings.maxResultSize;
    start.artifacts = wiring.artifacts ? 1 : 0;
    start.maxArtifactSize = wiring.artifacts ? wiring.artifacts->maxSize : 0;
    const ProcessLimits& limits = settings.process.limits;
    start.memory = limits.memory;
    start.cpuSeconds = limits.cpuSeconds;
    start.files = limits.files;
    start.processes = limits.processes;
    start.plugin = link::Payload(description);
    return start;
}

}  // namespace aip::plugins
