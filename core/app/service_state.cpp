#include "app/service_state.h"

#include <utility>

namespace aip::app {
namespace {

std::string extended() {
    return "EXTEND_TIMEOUT_USEC=" + std::to_string(std::chrono::microseconds(ServiceState::extension).count());
}

}  // namespace

std::string ServiceState::ready() {
    if (_stage != Stage::starting) {
        return {};
    }
    _stage = Stage::ready;
    return "READY=1";
}

std::string ServiceState::reloading(base::Clock::TimePoint now) {
    if (_stage != Stage::ready) {
        return {};
    }
    ++_reloads;
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    return "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(time.count());
}

std::string ServiceState::reloaded() {
    if (_stage != Stage::ready || _reloads == 0) {
        return {};
    }
    return --_reloads == 0 ? "READY=1" : "";
}

std::string ServiceState::stopping() {
    return std::exchange(_stage, Stage::stopping) == Stage::stopping ? "" : "STOPPING=1\n" + extended();
}

std::string ServiceState::status(const std::string& text) {
    return std::exchange(_status, text) == text ? "" : "STATUS=" + text;
}

std::string ServiceState::turn(bool progress, bool hasWatchdog) const {
    if (!progress) {
        return {};
    }
    const std::string beat = hasWatchdog ? "WATCHDOG=1" : "";
    return isStopping() ? beat + (hasWatchdog ? "\n" : "") + extended() : beat;
}

}  // namespace aip::app
