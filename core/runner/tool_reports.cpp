#include "runner/tool_reports.h"

#include "base/json_text.h"
#include "runner/crash_mark.h"

#include <aip/abi.h>

namespace aip::runner {
namespace {

constexpr std::size_t longestReason = 16UL << 10U;

}  // namespace

void ToolReports::changed() {
    const std::lock_guard lock(_mutex);
    if (_begun) {
        _lister.demand([this] { tell(); });
    } else {
        _stale = true;
    }
}

void ToolReports::begin() {
    const std::lock_guard lock(_mutex);
    _begun = true;
    if (_stale) {
        _lister.demand([this] { tell(); });
    }
}

void ToolReports::tell() {
    if (!mayTell() || !_entrance.enter()) {
        return;
    }
    const CrashMark mark("its list of tools");
    const auto json = _wiring.list();
    setUnread(json && json->size() > link::largestInline);
    if (!json) {
        const std::string why = "its tools are not known: " + json.error().text();
        _wiring.send(link::Log{AIP_LOG_ERROR, base::excerpt(why, longestReason)});
    } else if (!_wiring.send(link::Tools{link::Payload(*json)})) {
        setUnread(false);
        _wiring.send(link::Log{AIP_LOG_ERROR, "its tools are not known: no memory is left to hand them over"});
    }
    _entrance.leave();
}

/// Waits until the agent has read the list before. False if the plugin is about to be stopped.
bool ToolReports::mayTell() {
    std::unique_lock lock(_mutex);
    _changed.wait(lock, [this] { return !_unread || _stopping; });
    return !_stopping;
}

void ToolReports::setUnread(bool unread) {
    const std::lock_guard lock(_mutex);
    _unread = unread;
    _changed.notify_all();
}

void ToolReports::stop() {
    const std::lock_guard lock(_mutex);
    _stopping = true;
    _changed.notify_all();
}

}  // namespace aip::runner
