#include "plugins/output_log.h"

#include "base/json_text.h"

#include <aip/abi.h>

#include <algorithm>
#include <chrono>

namespace aip::plugins {
namespace {

constexpr std::size_t longestOutputLine = 4UL << 10U;
constexpr std::size_t longestTail = 1UL << 10U;

/// Valid UTF-8 without control characters.
std::string printable(std::string_view bytes) {
    std::string text = base::repairUtf8(bytes);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return text;
}

}  // namespace

void OutputLog::take(std::string_view bytes, base::Clock::TimePoint now) {
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        _partial += bytes.substr(0, end);
        const bool whole = end < bytes.size();
        bytes.remove_prefix(end + static_cast<std::size_t>(whole));
        if (whole || _partial.size() >= longestOutputLine) {
            write(_partial, now);
            _partial.clear();
        }
    }
}

void OutputLog::finish(base::Clock::TimePoint now) {
    if (!_partial.empty()) {
        write(_partial, now);
        _partial.clear();
    }
    tellDropped(_limit.takeDropped());
}

void OutputLog::write(std::string_view line, base::Clock::TimePoint now) {
    _tail += line;
    _tail += '\n';
    if (_tail.size() > 2 * longestOutputLine) {
        _tail.erase(0, _tail.size() - longestTail);
    }
    const auto dropped = _limit.pass(now);
    tellDropped(dropped.value_or(0));
    if (dropped && _sink) {
        _sink(_level, printable(line.substr(0, longestOutputLine)));
    }
}

void OutputLog::tellDropped(std::uint64_t dropped) const {
    if (dropped > 0 && _sink) {
        _sink(AIP_LOG_WARN, std::to_string(dropped) + " lines of its output are dropped, it writes too many");
    }
}

std::string OutputLog::lastWords() const {
    std::string_view tail = _tail;
    tail.remove_prefix(tail.size() - std::min(tail.size(), longestTail));
    while (!tail.empty() && tail.back() == '\n') {
        tail.remove_suffix(1);
    }
    std::string joined;
    for (const char c : tail) {
        joined += c == '\n' ? std::string(" | ") : std::string(1, c);
    }
    return printable(joined);
}

}  // namespace aip::plugins
