#include "client.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <future>

namespace aip::tests {
namespace {

using namespace aip::server;

constexpr auto twoSteps = R"({"agent_name":"A","root_name":"R","steps":[
    {"commands":[{"tool_name":"one","tool_type":"action","parameters":{}}]},
    {"commands":[{"tool_name":"two","tool_type":"action","parameters":{"x":1}},{"tool_name":"three"}],"timeout":30}]})";

constexpr auto result = R"([{"status":"success","result":null}])";

Reply dispatch(const Server& server, const std::string& taskName) {
    EXPECT_TRUE(comesTrue([&] { return rest(server.port(), "/api/clients/d1").status == 200; }));
    return rest(server.port(), "/api/dispatch",
                R"({"client_id":"d1","request":"please","task_name":")" + taskName + "\"}");
}

std::string resultOf(const Server& server, const std::string& taskName) {
    std::string body;
    EXPECT_TRUE(comesTrue([&] {
        body = rest(server.port(), "/api/task_result/" + taskName).body;
        return member(body, "status") == "done";
    }));
    return member(body, "result");
}

/// What a device does with a TASK: it starts it in the session that was given.
void takeUp(Client& device, const std::string& task) {
    device.say(R"({"type":"task","status":"continue","request":"please","task_name":")" + member(task, "task_name") +
               R"(","session_id":")" + member(task, "session_id") + "\"}");
}

TEST(Task, playsItsScenarioFromDispatchToTaskEnd) {
    Server server(playing(twoSteps));
    Client device(server.port());
    device.enroll("d1");
    const Reply reply = dispatch(server, "t1");
    EXPECT_EQ(rest(server.port(), "/api/task_result/t1").body, R"({"status":"pending"})");

    const std::string task = device.hear();
    EXPECT_EQ(member(task, "type"), "task");
    EXPECT_EQ(member(task, "status"), "continue");
    EXPECT_EQ(member(task, "user_request"), "please");
    EXPECT_EQ(member(task, "task_name"), "t1");
    const std::string session = member(task, "session_id");
    EXPECT_EQ(reply.body,
              R"({"status":"dispatched","task_name":"t1","client_id":"d1","session_id":")" + session + "\"}");
    takeUp(device, task);

    const std::string acknowledgement = device.hear();
    EXPECT_EQ(member(acknowledgement, "type"), "heartbeat");
    EXPECT_EQ(member(acknowledgement, "session_id"), session);

    for (const std::size_t actions : {1U, 2U}) {
        const std::string command = device.hear();
        EXPECT_EQ(member(command, "agent_name"), "A");
        EXPECT_EQ(member(command, "root_name"), "R");
        EXPECT_EQ(member(command, "session_id"), session);
        EXPECT_EQ(member(command, "task_name"), "t1");
        EXPECT_EQ(parseArray(member(command, "actions"))->size(), actions);
        device.answer(command, result);
    }

    const std::string end = device.hear();
    const std::string both = std::string(R"([{"request":"please","result":)") + result +
                             R"(},{"request":"please","result":)" + result + "}]";
    EXPECT_EQ(member(end, "type"), "task_end");
    EXPECT_EQ(member(end, "status"), "completed");
    EXPECT_EQ(member(end, "session_id"), session);
    EXPECT_EQ(member(end, "error"), "null");
    EXPECT_EQ(member(end, "result"), both);
    EXPECT_EQ(resultOf(server, "t1"), both);
}

TEST(Task, ofTheDeviceItselfGetsASessionAndAName) {
    Server server(testSettings());
    Client device(server.port());
    device.enroll("d1");
    device.say(R"({"type":"task","status":"continue","request":"mine"})");
    const std::string session = member(device.hear(), "session_id");
    EXPECT_EQ(session.size(), 36U);
    const std::string command = device.hear();
    EXPECT_EQ(member(command, "session_id"), session);
    EXPECT_EQ(member(command, "task_name").size(), 36U);
    EXPECT_NE(member(command, "actions").find("list_tools"), std::string::npos);
    device.answer(command, result);
    EXPECT_EQ(member(device.hear(), "session_id"), session);
}

TEST(Task, endsAsItsScenarioSays) {
    Server server(playing(R"({"end":{"status":"failed","error":"no model answered"}})"));
    Client device(server.port());
    device.enroll("d1");
    dispatch(server, "t1");
    takeUp(device, device.hear());
    device.hear();
    const std::string end = device.hear();
    EXPECT_EQ(member(end, "status"), "failed");
    EXPECT_EQ(member(end, "error"), "no model answered");
    EXPECT_EQ(member(end, "result"), R"({"failure":"session ended with an error"})");
}

TEST(Task, goesOnWithFailuresWhenAStepIsNotAnswered) {
    Server server(playing(R"({"steps":[{"commands":[{"tool_name":"x","call_id":"c"}],"timeout":0.05}]})"));
    Client device(server.port());
    device.enroll("d1");
    dispatch(server, "t1");
    takeUp(device, device.hear());
    device.hear();
    device.hear();
    EXPECT_EQ(member(device.hear(), "result"),
              R"([{"request":"please","result":[{"status":"failure","error":"no answer from the device within 0.05 s",)"
              R"("result":null,"namespace":null,"call_id":"c"}]}])");
}

TEST(Task, failsWhenTheDeviceIsLostBeforeAndWhileItRuns) {
    Server server(playing(twoSteps));
    auto device = std::make_unique<Client>(server.port());
    device->enroll("d1");
    dispatch(server, "taken-up");
    takeUp(*device, device->hear());
    device->hear();
    device->hear();
    dispatch(server, "only-sent");
    device->hear();
    device.reset();
    EXPECT_EQ(resultOf(server, "taken-up"), R"({"failure":"device disconnected"})");
    EXPECT_EQ(resultOf(server, "only-sent"), R"({"failure":"device disconnected"})");
}

TEST(Task, ofALostDeviceDoesNotGoOnWhenTheDeviceReturns) {
    Server server(playing(twoSteps));
    auto device = std::make_unique<Client>(server.port());
    device->enroll("d1");
    dispatch(server, "t1");
    takeUp(*device, device->hear());
    device->hear();
    device->hear();
    device->leave();
    resultOf(server, "t1");
    Client again(server.port());
    again.enroll("d1");
    EXPECT_TRUE(again.hearsNothing());
}

}  // namespace
}  // namespace aip::tests
