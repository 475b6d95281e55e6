#include "plugins/dynamic_tools.h"

#include <aip/abi.h>

#include <algorithm>
#include <utility>

namespace aip::plugins {
namespace {

constexpr std::size_t mostLines = 10;

void report(const hosting::LogSink& log, const std::vector<std::string>& leftOut) {
    for (std::size_t i = 0; i < std::min(leftOut.size(), mostLines); ++i) {
        log(AIP_LOG_WARN, "a tool is left out: " + leftOut[i]);
    }
    if (leftOut.size() > mostLines) {
        log(AIP_LOG_WARN, std::to_string(leftOut.size() - mostLines) + " more tools are left out");
    }
}

}  // namespace

void DynamicTools::onChanged(std::function<void()> changed) {
    const std::lock_guard lock(_mutex);
    _changed = std::move(changed);
}

bool DynamicTools::update(const base::Result<std::string>& json) {
    const base::Error tooLong(base::Code::exhausted, "it is longer than " + std::to_string(hosting::longestToolList));
    auto listed = !json                                     ? json.error()
                  : json->size() > hosting::longestToolList ? tooLong
                                                            : admission::parseTools(*json, _checkedAgain);
    if (!listed) {
        if (_log) {
            _log(AIP_LOG_ERROR, "its list of tools is not accepted: " + listed.error().text());
        }
        return false;
    }
    if (_log) {
        report(_log, listed->leftOut);
    }
    std::function<void()> tell;
    {
        const std::lock_guard lock(_mutex);
        if (_tools != listed->tools) {
            _tools = std::move(listed->tools);
            tell = _changed;
        }
    }
    if (tell) {
        tell();
    }
    return true;
}

std::vector<admission::ToolManifest> DynamicTools::tools() const {
    const std::lock_guard lock(_mutex);
    return _tools;
}

}  // namespace aip::plugins
