#include "plugins/output_log.h"

#include "base/json_text.h"

#include <aip/abi.h>

#include <algorithm>
#include <chrono>

namespace aip::plugins {
namespace {

constexpr std::size_t longestOutputLine = 4UL << 10U;
constexpr std::size_t longestTail = 1UL << 10U;

/// For people: valid UTF-8 without control characters.
std::string readable(std::string_view bytes) {
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
    tellDropped();
}

void OutputLog::write(std::string_view line, base::Clock::TimePoint now) {
    _tail += line;
    _tail += '\n';
    if (_tail.size() > 2 * longestOutputLine) {
        _tail.erase(0, _tail.size() - longestTail);
    }
    const std::chrono::duration<double> passed = now - _filledAt;
    _allowed = std::min<double>(burst, _allowed + passed.count() * perSecond);
    _filledAt = now;
    if (_allowed < 1) {
        ++_dropped;
        return;
    }
    _allowed -= 1;
    tellDropped();
    if (_sink) {
        _sink(_level, readable(line.substr(0, longestOutputLine)));
    }
}

void OutputLog::tellDropped() {
    if (_dropped > 0 && _sink) {
        _sink(AIP_LOG_WARN, std::to_string(_dropped) + " lines of its output are dropped, it writes too many");
    }
    _dropped = 0;
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
    return readable(joined);
}

}  // namespace aip::plugins
