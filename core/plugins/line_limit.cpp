#include "plugins/line_limit.h"

#include <aip/abi.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace aip::plugins {

std::optional<std::uint64_t> LineLimit::pass(base::Clock::TimePoint now) {
    const std::chrono::duration<double> passed = now - _filledAt;
    _allowed = std::min<double>(burst, _allowed + passed.count() * perSecond);
    _filledAt = now;
    if (_allowed < 1) {
        ++_dropped;
        return std::nullopt;
    }
    _allowed -= 1;
    return std::exchange(_dropped, 0);
}

hosting::LogSink limitedLog(hosting::LogSink sink) {
    struct Guarded {
        std::mutex mutex;
        LineLimit limit;
    };
    return [sink = std::move(sink), guarded = std::make_shared<Guarded>()](int level, std::string_view line) {
        std::unique_lock lock(guarded->mutex);
        const auto dropped = guarded->limit.pass(std::chrono::steady_clock::now());
        lock.unlock();
        if (dropped && *dropped > 0) {
            sink(AIP_LOG_WARN, std::to_string(*dropped) + " of its lines are dropped: it writes too many");
        }
        if (dropped) {
            sink(level, line);
        }
    };
}

}  // namespace aip::plugins
