#include "plugins/output_log.h"

#include "base/printable.h"

#include <algorithm>

namespace aip::plugins {
namespace {

constexpr std::size_t longestOutputLine = 4UL << 10U;
constexpr std::size_t longestTail = 1UL << 10U;

}  // namespace

void OutputLog::write(std::string_view bytes) {
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
    if (!_partial.empty()) {
        writeLine(_partial);
        _partial.clear();
    }
}

void OutputLog::writeLine(std::string_view line) {
    _tail += line;
    _tail += '\n';
    if (_tail.size() > 2 * longestOutputLine) {
        _tail.erase(0, _tail.size() - longestTail);
    }
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
