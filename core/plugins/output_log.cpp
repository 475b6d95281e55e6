#include "plugins/output_log.h"

#include "base/printable.h"

#include <aip/abi.h>

#include <algorithm>
#include <chrono>

namespace aip::plugins {
namespace {

constexpr std::size_t longestOutputLine = 4UL << 10U;
constexpr std::size_t longestTail = 1UL << 10U;
constexpr std::int64_t bytesPerMs = 1'600;
constexpr std::chrono::seconds calm{1};

}  // namespace

void OutputLog::write(std::string_view bytes, base::Clock::TimePoint now) {
    if (!bytes.empty() && _dropped > 0 && now >= _droppedAt + calm) {
        tellDropped();
    }
    const std::size_t admitted = admit(bytes.size(), now);
    writeLines(bytes.substr(0, admitted));
    drop(bytes.substr(admitted), now);
}

/// How many of these bytes may become lines.
std::size_t OutputLog::admit(std::size_t bytes, base::Clock::TimePoint now) {
    const auto passed = std::chrono::floor<std::chrono::milliseconds>(now - _filledAt);
    constexpr std::chrono::milliseconds untilFull(std::int64_t(mostAtOnce) / bytesPerMs + 1);
    const auto more = std::clamp(passed, std::chrono::milliseconds(0), untilFull).count() * bytesPerMs;
    _left = std::min(mostAtOnce, _left + static_cast<std::size_t>(more));
    _filledAt = passed >= untilFull ? now : _filledAt + std::max(passed, std::chrono::milliseconds(0));
    const std::size_t admitted = std::min(bytes, _left);
    _left -= admitted;
    return admitted;
}

/// What follows the last line break in it may be the start of a line that is not dropped.
void OutputLog::drop(std::string_view bytes, base::Clock::TimePoint now) {
    if (bytes.empty()) {
        return;
    }
    const auto lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (lines > 0) {
        remember(_partial);
        _partial = bytes.substr(bytes.rfind('\n') + 1).substr(0, longestOutputLine);
        remember(bytes.substr(0, bytes.size() - _partial.size()));
    }
    _dropped += std::max<std::uint64_t>(lines, 1);
    _droppedAt = now;
}

void OutputLog::tellDropped() {
    if (_sink) {
        _sink(AIP_LOG_WARN,
              std::to_string(_dropped) + " of the lines that it has written are dropped: it wrote too many");
    }
    _dropped = 0;
}

void OutputLog::writeLines(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        _partial += bytes.substr(0, end);
        const bool whole = end < bytes.size();
        bytes.remove_prefix(end + static_cast<std::size_t>(whole));
        if (whole || _partial.size() >= longestOutputLine) {
            writeLine(_partial);
            _partial.clear();
        }
    }
}

void OutputLog::finish() {
    if (_dropped > 0) {
        tellDropped();
    }
    if (!_partial.empty()) {
        writeLine(_partial);
        _partial.clear();
    }
}

void OutputLog::remember(std::string_view bytes) {
    _tail += bytes.substr(bytes.size() - std::min(bytes.size(), longestTail));
    if (_tail.size() > 2 * longestOutputLine) {
        _tail.erase(0, _tail.size() - longestTail);
    }
}

void OutputLog::writeLine(std::string_view line) {
    remember(line);
    remember("\n");
    if (_sink) {
        _sink(_level, base::printable(line, longestOutputLine));
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
    return base::printable(joined, joined.size());
}

}  // namespace aip::plugins
