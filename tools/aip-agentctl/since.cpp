#include "since.h"

#include "base/setting_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

namespace aip::agentctl {
namespace {

using std::chrono::sys_days;

struct Part {
    std::string_view before;  ///< what stands before it
    std::size_t digits;
    int least;
    int most;
};

/// Year, month, day, hour, minute, second; the last ones may be missing.
constexpr std::array parts{Part{"", 4, 1970, 2199}, Part{"-", 2, 1, 12}, Part{"-", 2, 1, 31},
                           Part{"T ", 2, 0, 23},    Part{":", 2, 0, 59}, Part{":", 2, 0, 60}};
constexpr std::size_t fewestParts = 3;

std::optional<int> takePart(std::string_view& text, const Part& part) {
    const bool separated =
        part.before.empty() || (!text.empty() && part.before.find(text[0]) != std::string_view::npos);
    auto rest = text.substr(separated && !part.before.empty() ? 1 : 0);
    int number = -1;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + std::min(part.digits, rest.size()), number);
    const bool whole = failed == std::errc() && end == rest.data() + part.digits;
    if (!separated || !whole || number < part.least || number > part.most) {
        return std::nullopt;
    }
    text = rest.substr(part.digits);
    return number;
}

bool isRest(std::string_view text) {
    if (text.starts_with('.')) {
        text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
    }
    return text.empty() || text == "Z" || text == "+00:00" || text == " UTC";
}

}  // namespace

base::Result<base::Clock::WallTime> timeOf(const std::string& text, base::Clock::WallTime now) {
    if (const auto seconds = base::numberSetting(text, base::Unit::duration); seconds && *seconds >= 0) {
        return now -
               std::chrono::duration_cast<base::Clock::WallTime::duration>(std::chrono::duration<double>(*seconds));
    }
    std::array<int, parts.size()> values{};
    std::string_view rest = text;
    std::size_t count = 0;
    for (; count < parts.size(); ++count) {
        const auto value = takePart(rest, parts[count]);
        if (!value) {
            break;
        }
        values[count] = *value;
    }
    const std::chrono::year_month_day date{std::chrono::year(values[0]),
                                           std::chrono::month(static_cast<unsigned>(values[1])),
                                           std::chrono::day(static_cast<unsigned>(values[2]))};
    if (count < fewestParts || !date.ok() || !isRest(rest)) {
        return base::Error(base::Code::invalid,
                           "'" + text + "' is not a time: 10m, 2h, 1d ago, or 2026-11-23T14:25:26 in UTC");
    }
    return base::Clock::WallTime(sys_days(date)) + std::chrono::hours(values[3]) + std::chrono::minutes(values[4]) +
           std::chrono::seconds(values[5]);
}

}  // namespace aip::agentctl
