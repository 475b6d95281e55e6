#include "plugins/limited_log.h"

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
        const base::LineVerdict verdict =
            limit->with([line](base::LineLimit& own) { return own.judge(std::chrono::steady_clock::now(), line); });
        if (const std::string notice = verdict.notice("it writes too many"); !notice.empty()) {
            sink(AIP_LOG_WARN, notice);
        }
        if (verdict.passes) {
            sink(level, line);
        }
    };
}

}  // namespace aip::plugins
