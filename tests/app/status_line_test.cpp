#include "app/status_line.h"

#include <gtest/gtest.h>

namespace aip::app {
namespace {

using namespace std::chrono_literals;
using lifecycle::State;

Settings withToken() {
    Settings settings;
    settings.session.endpoint.token = "canary-token";
    return settings;
}

TEST(StatusLine, saysHowTheSessionIs) {
    const Redaction redaction(withToken());
    const struct {
        lifecycle::SessionStatus status;
        const char* expected;
    } rows[] = {
        {{.state = State::connecting, .server = "ws://s"}, "connecting to ws://s"},
        {{.state = State::listening, .server = "ws://s"}, "registered with ws://s"},
        {{.state = State::waiting, .server = "ws://s", .lastError = "refused", .nextAttempt = 4001ms},
         "no connection to ws://s: refused; next attempt in 5 s"},
        {{.state = State::draining, .server = "ws://s", .unanswered = 2},
         "stopping the session with ws://s; 2 commands not answered"},
        {{.state = State::waiting, .server = "ws://s?token=canary-token", .lastError = "a\nREADY=1"},
         "no connection to ws://s?token=*** a\\nREADY=1"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(statusLine(row.status, redaction), row.expected);
    }
}

}  // namespace
}  // namespace aip::app
