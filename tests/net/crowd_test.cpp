// Many threads answer at the same time.

#include "tests/net/agent_server.h"
#include "tests/net/device.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace {

using namespace aip::tests;
using namespace std::chrono_literals;

bool allOnce(const AgentServer::Seen& seen, std::size_t count) {
    return seen.answers.size() == count &&
           std::all_of(seen.answers.begin(), seen.answers.end(), [](const auto& answer) { return answer.second == 1; });
}

/// The answers are sent by 8 threads, in the place of the session's thread or by it; its heartbeats come all the same.
TEST(Crowd, heartbeatsComeWhile8SessionsAreAnswered) {
    DeviceSettings settings = patientSettings();
    settings.session.heartbeatInterval = 20ms;
    AgentServer server;
    Device device("ws://127.0.0.1:" + std::to_string(server.port()) + "/ws", settings);
    ASSERT_TRUE(server.waitFor([](const auto& seen) { return seen.registrations == 1; }));
    std::size_t sent = 0;
    while (server.seen().heartbeats < 5 || sent < 800) {
        for (int session = 0; session < 8; ++session) {
            server.send(command("noop", "c" + std::to_string(sent++), "{}", "s" + std::to_string(session)));
        }
        ASSERT_TRUE(server.waitFor([sent](const auto& seen) { return seen.answers.size() + 64 > sent; }));
    }
    EXPECT_TRUE(server.waitFor([sent](const auto& seen) { return allOnce(seen, sent); }));
    EXPECT_EQ(server.seen().registrations, 1U);
}

}  // namespace
