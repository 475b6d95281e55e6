#include "transport/retry_after.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace aip::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds longest = std::chrono::hours(24);
constexpr int firstYear = 2000;

/// The three forms of RFC 9110, 5.6.7.
std::optional<base::Clock::WallTime> date(const std::string& text) {
    for (const std::string& format : {Poco::DateTimeFormat::HTTP_FORMAT, Poco::DateTimeFormat::RFC850_FORMAT,
                                      Poco::DateTimeFormat::ASCTIME_FORMAT}) {
        Poco::DateTime parsed;
        int zone = 0;
        if (Poco::DateTimeParser::tryParse(format, text, parsed, zone) && parsed.year() >= firstYear) {
            return base::Clock::WallTime(seconds(parsed.timestamp().epochTime() - zone));
        }
    }
    return std::nullopt;
}

std::optional<seconds> number(const std::string& text) {
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end != text.data() + text.size() || failure == std::errc::invalid_argument) {
        return std::nullopt;
    }
    return failure == std::errc::result_out_of_range ? longest : seconds(value);
}

}  // namespace

milliseconds retryAfter(const network::HttpHead& head, base::Clock::WallTime now) {
    if (head.status != 429 && head.status != 503) {
        return milliseconds(0);
    }
    const std::string text = head.value("Retry-After");
    milliseconds wait{0};
    if (const auto given = number(text)) {
        wait = *given;
    } else if (const auto until = date(text)) {
        wait = std::chrono::duration_cast<milliseconds>(*until - date(head.value("Date")).value_or(now));
    }
    return std::clamp<milliseconds>(wait, milliseconds(0), longest);
}

std::optional<seconds> clockAhead(const network::HttpHead& head, base::Clock::WallTime now) {
    const auto theirs = date(head.value("Date"));
    return theirs ? std::optional(std::chrono::duration_cast<seconds>(now - *theirs)) : std::nullopt;
}

}  // namespace aip::transport
