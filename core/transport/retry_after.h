#pragma once

#include "base/clock.h"
#include "network/http_head.h"

#include <chrono>
#include <optional>

namespace aip::transport {

/// For how long an answer 429 or 503 asks us to stay away: seconds or a date (RFC 9110, 10.2.3), which counts from the
/// answer's own Date if it has one, from `now` otherwise. 0 if it does not ask, or not in a form that is known; a day
/// at most. Pure.
std::chrono::milliseconds retryAfter(const network::HttpHead& head, base::Clock::WallTime now);

/// By how much `now` is ahead of the answer's Date; none if it has none, or not in a form that is known. Pure.
std::optional<std::chrono::seconds> clockAhead(const network::HttpHead& head, base::Clock::WallTime now);

}  // namespace aip::transport
