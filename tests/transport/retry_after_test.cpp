#include "transport/retry_after.h"

#include <gtest/gtest.h>

namespace {

using namespace aip;
using namespace std::chrono_literals;

/// Sun, 06 Nov 1994 08:49:37 GMT of RFC 9110 would be before the first year that counts; this is in 2026.
const base::Clock::WallTime now{1'795'856'400s};  // Sat, 28 Nov 2026 09:00:00 GMT

struct RetryRow {
    const char* name;
    int status;
    const char* value;
    std::chrono::milliseconds expected;
};

std::ostream& operator<<(std::ostream& out, const RetryRow& row) {
    return out << row.name;
}

class RetryAfter : public testing::TestWithParam<RetryRow> {};

TEST_P(RetryAfter, isReadInEveryForm) {
    const network::HttpHead head{GetParam().status, {{"retry-after", GetParam().value}}};
    EXPECT_EQ(transport::retryAfter(head, now), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Transport, RetryAfter,
                         testing::Values(RetryRow{"seconds", 503, "30", 30s}, RetryRow{"tooMany", 429, "7", 7s},
                                         RetryRow{"otherStatus", 500, "30", 0s}, RetryRow{"zero", 503, "0", 0s},
                                         RetryRow{"date", 503, "Sat, 28 Nov 2026 09:00:45 GMT", 45s},
                                         RetryRow{"oldForm", 503, "Saturday, 28-Nov-26 09:00:45 GMT", 45s},
                                         RetryRow{"asctime", 503, "Sat Nov 28 09:00:45 2026", 45s},
                                         RetryRow{"past", 503, "Sat, 28 Nov 2026 08:59:00 GMT", 0s},
                                         RetryRow{"nonsense", 503, "soon", 0s}, RetryRow{"empty", 503, "", 0s},
                                         RetryRow{"negative", 503, "-5", 0s}, RetryRow{"fraction", 503, "1.5", 0s},
                                         RetryRow{"twice", 503, "5, 10", 0s},
                                         RetryRow{"endless", 503, "99999999999999999999", 24h},
                                         RetryRow{"farAway", 503, "Sat, 28 Nov 2099 09:00:45 GMT", 24h}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(RetryAfterDate, countsFromTheServersOwnDate) {
    const network::HttpHead head{
        503, {{"Date", "Thu, 01 Jan 2026 00:00:00 GMT"}, {"Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT"}}};
    EXPECT_EQ(transport::retryAfter(head, now), 60s);
}

TEST(ClockAhead, isOursLessTheServersDate) {
    const auto of = [](const char* date) { return transport::clockAhead({101, {{"Date", date}}}, now); };
    EXPECT_EQ(of("Sat, 28 Nov 2026 08:59:00 GMT"), 60s);
    EXPECT_EQ(of("Sat, 28 Nov 2026 10:00:00 GMT"), -1h);
    EXPECT_EQ(of("noon"), std::nullopt);
    EXPECT_EQ(transport::clockAhead({101, {}}, now), std::nullopt);
}

TEST(RetryAfterDate, isNothingIfNobodyAsks) {
    EXPECT_EQ(transport::retryAfter({503, {}}, now), 0s);
}

}  // namespace
