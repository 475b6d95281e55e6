#include "plugins/plugin_process.h"

#include "base/json_text.h"
#include "plugins/family_size.h"

#include <aip/abi.h>

#include <algorithm>
#include <array>
#include <utility>

namespace aip::plugins {
namespace {

using base::Clock;
using std::chrono::milliseconds;

constexpr std::size_t readAtOnce = 64UL << 10U;

/// A process that writes faster than 100 MB/s has to wait: a plugin does not get a processor of ours.
constexpr std::size_t mostInPause = 1UL << 20U;
constexpr milliseconds readPause{10};

}  // namespace

/// False if there is nothing more for now.
bool PluginProcess::Output::readPiece(Clock::TimePoint now) {
    const auto bytes = readSome(pipe, readAtOnce);
    open = bytes.has_value();
    if (!open) {
        log.finish();
        return false;
    }
    log.write(*bytes, now);
    taken += bytes->size();
    return bytes->size() == readAtOnce;
}

void PluginProcess::Output::read(Clock::TimePoint now) {
    if (now >= takenUntil) {
        taken = 0;
        takenUntil = now + readPause;
    }
    while (taken < mostInPause && readPiece(now)) {
    }
    if (taken >= mostInPause) {
        readAt = takenUntil;
    }
}

void PluginProcess::Output::drain() {
    constexpr std::size_t mostInPipe = 1UL << 20U;
    for (std::size_t size = 0; open && size < mostInPipe;) {
        const auto bytes = readSome(pipe, readAtOnce);
        open = bytes && !bytes->empty();  // another process may still hold the write end: no waiting for it
        log.write(bytes.value_or(""), std::chrono::steady_clock::now());
        size += readAtOnce;
    }
    log.finish();
}

PluginProcess::PluginProcess(ChildProcess child, const hosting::LogSink& log)
    : _child(std::move(child)),
      _log(log),
      _out{_child.out(), OutputLog(log, AIP_LOG_INFO)},
      _err{_child.err(), OutputLog(log, AIP_LOG_WARN)} {}

void PluginProcess::carryOut(ProcessOrder order) {
    switch (order) {
        case ProcessOrder::none:
            return;
        case ProcessOrder::stop:
            static_cast<void>(link()->post(link::Stop{}));
            return;
        case ProcessOrder::terminate:
            stopListening();
            _child.end();
            return;
        case ProcessOrder::kill:
            return reportKilled(_child.kill());
        case ProcessOrder::leaveBehind:
            _child.kill();
            return;
    }
}

void PluginProcess::reportKilled(std::size_t below) const {
    if (_log) {
        _log(AIP_LOG_WARN, "the process that watches it does not end: it is killed, and " + std::to_string(below) +
                               " processes below it; what does not show in /proc goes on");
    }
}

void PluginProcess::watch(PollSet& polled, Clock::TimePoint now) {
    polled.watch(_polledLink, _listening ? link()->descriptor() : -1, true, link()->waiting());
    polled.watch(_polledProcess, _child.process().get(), true);
    for (Output* output : {&_out, &_err}) {
        polled.watch(output->polled, output->open && now >= output->readAt ? output->pipe.get() : -1, true);
    }
}

void PluginProcess::readOutput(Clock::TimePoint now) {
    for (Output* output : {&_out, &_err}) {
        if (output->polled.ready()) {
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

std::uint64_t PluginProcess::familySize(std::uint64_t most) const {
    return plugins::familySize(_child.number(), most);
}

std::optional<ProcessEnd> PluginProcess::end() {
    const auto ending = _child.ending();
    if (!ending) {
        return std::nullopt;
    }
    _out.drain();
    _err.drain();
    return ProcessEnd{!ending->signalled && ending->number == 0, ending->killed(), ending->text(),
                      _err.log.lastWords()};
}

void writeLog(const hosting::LogSink& sink, const link::Log& message) {
    constexpr std::size_t longestLine = 8UL << 10U;
    if (sink) {
        sink(std::clamp<int>(message.level, AIP_LOG_TRACE, AIP_LOG_ERROR), base::readable(message.line, longestLine));
    }
}

std::string whereOf(const link::Crashed& message) {
    constexpr std::size_t longestPlace = 2UL << 10U;
    const auto end = message.where.find_last_not_of(' ');
    return base::readable(message.where.substr(0, end == std::string_view::npos ? 0 : end + 1), longestPlace);
}

std::filesystem::path runnerFor(const admission::Manifest& manifest, const ProcessSettings& settings) {
    if (manifest.isLibrary()) {
        return settings.runner;
    }
    const bool elsewhere = manifest.server && !manifest.server->isProgram();
    return settings.runner.parent_path() / (elsewhere ? "aip-http-runner" : "aip-program-runner");
}

std::optional<hosting::Refusal> refusalOf(const link::Refused& message) {
    static constexpr std::array known{
        hosting::reason::isolationLacking, hosting::reason::loadFailed,       hosting::reason::entryInvalid,
        hosting::reason::createFailed,     hosting::reason::extensionMissing, hosting::reason::toolMissing,
        hosting::reason::startFailed,      hosting::reason::shortage,         hosting::reason::hashMismatch,
        hosting::reason::entryMissing,     hosting::reason::permissions};
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
    const ConfinementSettings& confinement = settings.process.confinement;
    link::Measures required = confinement.required;
    if (confinement.user) {
        required.add(link::Measure::ownUser);
        start.user = confinement.user->user;
        start.group = confinement.user->group;
    }
    start.required = required.bits();
    start.debuggable = confinement.debuggable ? 1 : 0;
    start.plugin = link::Payload(description);
    return start;
}

}  // namespace aip::plugins
