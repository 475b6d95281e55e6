#include "app/service_notify.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>

#include <unistd.h>

namespace aip::app {
namespace {

std::string takenVariable(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

std::optional<std::uint64_t> positiveNumber(const std::string& text) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

ServiceNotify ServiceNotify::take() {
    ServiceNotify notify;
    notify._socket = Datagrams::to(takenVariable("NOTIFY_SOCKET"));
    const auto interval = positiveNumber(takenVariable("WATCHDOG_USEC"));
    const std::string whose = takenVariable("WATCHDOG_PID");
    if (notify._socket && interval &&
        (whose.empty() || positiveNumber(whose) == static_cast<std::uint64_t>(::getpid()))) {
        notify._watchdog = std::chrono::microseconds(*interval);
    }
    return notify;
}

}  // namespace aip::app
