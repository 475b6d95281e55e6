#include "plugins/line_limit.h"

#include "base/guarded.h"

#include <aip/abi.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace aip::plugins {

hosting::LogSink limitedLog(hosting::LogSink sink) {
    auto limit = std::make_shared<base::Guarded<base::LineLimit>>(pluginLines);
    return [sink = std::move(sink), limit = std::move(limit)](int level, std::string_view line) {
        const auto dropped =
            limit->with([line](base::LineLimit& own) { return own.pass(std::chrono::steady_clock::now(), line); });
        if (dropped && *dropped > 0) {
            sink(AIP_LOG_WARN, std::to_string(*dropped) + " of its lines are dropped: it writes too many");
        }
        if (dropped) {
            sink(level, line);
        }
    };
}

}  // namespace aip::plugins
