#include "client.h"
#include "tests/support/comes_true.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace aip::tests {
namespace {

using namespace aip::server;

constexpr auto success = R"([{"status":"success","error":null,"result":1.50,"namespace":"N","call_id":"c"}])";

std::string listTools(const std::string& clientId, double timeout) {
    return fmt::format(R"({{"client_id":"{}","commands":[{{"tool_name":"list_tools"}}],"timeout":{}}})", clientId,
                       timeout);
}

/// A server, its device d1, and a request that is under way.
class Commands : public testing::Test {
  protected:
    Commands() : server(testSettings()), device(server.port()) { device.enroll("d1"); }

    std::future<Reply> post(std::string body) {
        waitUntilOnline("d1");
        return std::async(std::launch::async,
                          [this, body = std::move(body)] { return rest(server.port(), "/api/commands", body); });
    }

    void waitUntilOnline(const std::string& id) {
        EXPECT_TRUE(comesTrue([&] { return rest(server.port(), "/api/clients/" + id).status == 200; }));
    }

    Server server;
    Client device;
};

TEST_F(Commands, goOutAsOneMessageAndComeBackAsResults) {
    auto reply = post(R"({"client_id":"d1","agent_name":"A","root_name":"R","session_id":"s1","commands":[)"
                      R"({"tool_name":"echo","tool_type":"action","parameters":{"n":3.0,"big":1e99},"call_id":"c"},)"
                      R"({"tool_name":"noop"}]})");
    const std::string command = device.hear();
    EXPECT_EQ(member(command, "type"), "command");
    EXPECT_EQ(member(command, "status"), "continue");
    EXPECT_EQ(member(command, "agent_name"), "A");
    EXPECT_EQ(member(command, "process_name"), "");
    EXPECT_EQ(member(command, "root_name"), "R");
    EXPECT_EQ(member(command, "session_id"), "s1");
    EXPECT_EQ(member(command, "task_name"), "null");
    const auto actions = parseArray(member(command, "actions"));
    ASSERT_EQ(actions->size(), 2U);
    EXPECT_EQ((*actions)[0].raw,
              R"({"tool_name":"echo","parameters":{"n":3.0,"big":1e99},"tool_type":"action","call_id":"c"})");
    EXPECT_EQ(member((*actions)[1].raw, "parameters"), "null");
    EXPECT_EQ(member((*actions)[1].raw, "tool_type"), "null");
    EXPECT_EQ(member((*actions)[1].raw, "call_id").size(), 36U);

    device.answer(command, success);
    const Reply answer = reply.get();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, fmt::format(R"({{"status":"done","client_id":"d1","session_id":"s1","response_id":"{}",)"
                                       R"("results":{}}})",
                                       member(command, "response_id"), success));
}

TEST_F(Commands, keepALargeResultAsItWasWritten) {
    auto reply = post(listTools("d1", 60));
    const std::string command = device.hear();
    const std::string result = fmt::format(R"([{{"status":"success","result":"{}"}}])", std::string(8UL << 20U, 'x'));
    device.sayInPieces(R"({"type":"command_results","status":"continue","session_id":")" +
                           member(command, "session_id") + R"(","prev_response_id":")" +
                           member(command, "response_id") + R"(","action_results":)" + result + "}",
                       256UL << 10U);
    EXPECT_TRUE(member(reply.get().body, "results") == result);
}

TEST_F(Commands, thatAreNotAnsweredInTimeFailAndTheirLateResultsAreDropped) {
    auto reply = post(listTools("d1", 0.05));
    const std::string command = device.hear();
    const Reply answer = reply.get();
    EXPECT_EQ(answer.status, 504);
    EXPECT_EQ(member(answer.body, "detail"), "no answer from the device within 0.05 s");
    device.answer(command, success);
    EXPECT_TRUE(device.hearsNothing());
}

TEST_F(Commands, areAnsweredOnlyByTheirOwnSessionAndDevice) {
    auto reply = post(listTools("d1", 60));
    const std::string command = device.hear();
    const std::string tail =
        R"(","prev_response_id":")" + member(command, "response_id") + R"(","action_results":[{"status":"failure"}]})";
    device.say(R"({"type":"command_results","status":"ok","session_id":"another)" + tail);
    Client other(server.port());
    other.enroll("d2");
    other.say(R"({"type":"command_results","status":"ok","session_id":")" + member(command, "session_id") + tail);
    EXPECT_TRUE(device.hearsNothing());
    EXPECT_TRUE(other.hearsNothing());
    device.answer(command, success);
    EXPECT_EQ(member(reply.get().body, "results"), success);
}

TEST_F(Commands, failAtOnceWhenTheDeviceIsLost) {
    auto reply = post(listTools("d1", 600));
    device.hear();
    device.leave();
    const Reply answer = reply.get();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(member(answer.body, "detail"), "device disconnected");
}

TEST_F(Commands, failAtOnceWhenTheServerStops) {
    auto reply = post(listTools("d1", 600));
    device.hear();
    auto stopped = std::async(std::launch::async, [this] { server.stop(); });
    EXPECT_EQ(member(reply.get().body, "detail"), "the server is stopping");
    stopped.get();
}

TEST_F(Commands, runSideBySideOnManyDevices) {
    constexpr int devices = 8;
    constexpr int rounds = 20;
    std::vector<std::future<void>> running;
    for (int i = 0; i < devices; ++i) {
        const std::string id = fmt::format("many-{}", i);
        running.push_back(std::async(std::launch::async, [this, id] {
            Client client(server.port());
            client.enroll(id);
            waitUntilOnline(id);
            for (int round = 0; round < rounds; ++round) {
                auto reply = std::async(std::launch::async,
                                        [&] { return rest(server.port(), "/api/commands", listTools(id, 60)); });
                client.answer(client.hear(), fmt::format(R"([{{"status":"success","result":"{}"}}])", id));
                EXPECT_EQ(member(reply.get().body, "results"),
                          fmt::format(R"([{{"status":"success","result":"{}"}}])", id));
            }
        }));
    }
    for (auto& one : running) {
        one.get();
    }
}

TEST_F(Commands, ofASessionCanBeEndedByHand) {
    waitUntilOnline("d1");
    const Reply reply = rest(server.port(), "/api/task_end",
                             R"({"client_id":"d1","session_id":"s1","status":"failed","error":"stop"})");
    EXPECT_EQ(reply.body, R"({"status":"sent"})");
    const std::string said = device.hear();
    EXPECT_EQ(member(said, "type"), "task_end");
    EXPECT_EQ(member(said, "status"), "failed");
    EXPECT_EQ(member(said, "session_id"), "s1");
    EXPECT_EQ(member(said, "error"), "stop");
}

}  // namespace
}  // namespace aip::tests
