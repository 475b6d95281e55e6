#include "plugins/process_stages.h"

#include "hosting/refusal.h"

#include <algorithm>
#include <utility>

namespace aip::plugins {
namespace {

/// For the watcher to kill everything; then again for the system to kill the watcher.
constexpr std::chrono::milliseconds killLimit{1'000};

}  // namespace

bool ProcessStages::reportConfinement() {
    return _stage == Stage::starting && !std::exchange(_confinementReported, true);
}

bool ProcessStages::crashed(std::string where) {
    if (!_crash.empty() || where.empty()) {
        return false;
    }
    _crash = std::move(where);
    return true;
}

void ProcessStages::started() {
    _stage = Stage::ready;
    _started = true;
    _limit = TimePoint::max();
}

void ProcessStages::stop(TimePoint now, TimePoint limit) {
    _stage = Stage::stopping;
    _stopsSince = now;
    _limit = limit;
}

std::chrono::milliseconds ProcessStages::stopsFor(TimePoint now) const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - _stopsSince);
}

void ProcessStages::terminate(Cause cause, std::string text, TimePoint now, std::string code) {
    if (!terminated()) {
        _stage = Stage::ending;
        _cause = cause;
        _code = std::move(code);
        _text = std::move(text);
        _limit = now + killLimit;
    }
}

bool ProcessStages::terminateIfOverdue(TimePoint now, std::chrono::milliseconds startTimeout) {
    if (terminated() || now < _limit) {
        return false;
    }
    if (_stage == Stage::starting) {
        auto refusal = hosting::startTimedOut(startTimeout);
        terminate(Cause::refused, std::move(refusal.text), now, std::move(refusal.code));
    } else if (_stage != Stage::stopping) {
        terminate(Cause::fault, "its process has closed its connection to the agent", now);
    }
    return !terminated();
}

void ProcessStages::lost(TimePoint now, std::chrono::milliseconds patience) {
    if (_stage == Stage::ending) {
        return;
    }
    _lost = true;
    if (_stage != Stage::stopping) {
        _stage = Stage::ending;
        _limit = std::min(_limit, now + (_crash.empty() ? patience : std::max(patience, crashLimit)));
    }
}

ProcessOrder ProcessStages::nextOrder(TimePoint now) {
    if (!terminated()) {
        const bool untold =
            _stage == Stage::stopping && std::exchange(_given, ProcessOrder::stop) == ProcessOrder::none;
        return untold ? ProcessOrder::stop : ProcessOrder::none;
    }
    if (_given < ProcessOrder::terminate) {
        return _given = ProcessOrder::terminate;
    }
    if (now < _limit) {
        return ProcessOrder::none;
    }
    _limit = now + killLimit;
    return _given = _given == ProcessOrder::terminate ? ProcessOrder::kill : ProcessOrder::leaveBehind;
}

ProcessStages::Verdict ProcessStages::outlived() const {
    const std::string text = _text.empty() ? "its process cannot be killed" : _text + "; it has not ended yet";
    return {Cause::fault, {}, text, true};
}

ProcessStages::Verdict ProcessStages::judge(const ProcessEnd& end) const {
    if ((_stage == Stage::stopping && end.clean) || _cause == Cause::asked) {
        return {Cause::asked, {}, {}, _started};
    }
    const std::string after = (_crash.empty() ? "" : "; " + _crash) +
                              (end.lastWords.empty() ? "" : "; the last that it wrote: " + end.lastWords);
    const bool byItself = _lost && !end.killed;  // it was only slow to end
    if (_cause != Cause::none && !byItself) {
        return {_cause, _code, _text + after, _started};
    }
    const std::string text = "its process " + end.text + after;
    return _started ? Verdict{Cause::fault, {}, text, true}
                    : Verdict{Cause::refused, hosting::reason::startCrashed, text};
}

}  // namespace aip::plugins
