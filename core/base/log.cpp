#include "base/log.h"

#include "base/limited_lines.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace aip::base::log {
namespace {

constexpr int off = 100;

struct State {
    std::atomic<int> lowest{off};
    std::shared_mutex mutex;
    FieldSink sink;
};

State& state() {
    static State instance;
    return instance;
}

void pass(Level level, std::string_view line, Fields fields) {
    LimitedLines* const limit = level < Level::info ? nullptr : LimitedLines::current();
    const LineVerdict verdict = limit == nullptr ? LineVerdict{.passes = true, .dropped = 0} : limit->judge(line);
    const std::string notice = limit == nullptr ? "" : verdict.notice(limit->cause());
    if (!verdict.passes && notice.empty()) {
        return;
    }
    State& log = state();
    const std::shared_lock lock(log.mutex);
    if (log.sink && !notice.empty()) {
        log.sink(Level::warn, notice, {});
    }
    if (log.sink && verdict.passes) {
        log.sink(level, line, fields);
    }
}

}  // namespace

void setSink(Level lowest, Sink sink) {
    if (!sink) {
        return setFieldSink(lowest, {});
    }
    setFieldSink(lowest, [sink = std::move(sink)](Level level, std::string_view line, Fields) { sink(level, line); });
}

void setFieldSink(Level lowest, FieldSink sink) {
    State& log = state();
    const std::unique_lock lock(log.mutex);
    log.sink = std::move(sink);
    log.lowest = log.sink ? static_cast<int>(lowest) : off;
}

bool enabled(Level level) {
    return static_cast<int>(level) >= state().lowest.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view line, Fields fields) noexcept {
    try {
        pass(level, line, fields);
    } catch (const std::exception&) {  // lost
    }
}

}  // namespace aip::base::log
