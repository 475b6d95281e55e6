#include "runner/progress_lines.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace aip::runner {
namespace {

constexpr std::uint32_t whole = 1000;

std::optional<ProgressLines::Report> reportIn(std::string_view line) {
    ProgressLines::Report report;
    const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), report.permille);
    const std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
    if (failed != std::errc() || report.permille > whole || !(rest.empty() || rest.front() == ' ')) {
        return std::nullopt;
    }
    report.text = rest.empty() ? rest : rest.substr(1);
    return report;
}

}  // namespace

std::optional<ProgressLines::Report> ProgressLines::feed(std::string_view bytes) {
    std::optional<Report> latest;
    _size += bytes.size();
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        _line += bytes.substr(0, std::min(end, longestLine - _line.size()));
        bytes.remove_prefix(end);
        if (!bytes.empty()) {
            bytes.remove_prefix(1);
            if (auto report = reportIn(_line)) {
                latest = std::move(report);
            }
            _line.clear();
        }
    }
    return latest;
}

}  // namespace aip::runner
