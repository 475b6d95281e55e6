#include "client.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

namespace aip::tests {
namespace {

using namespace aip::server;

using Poco::Net::WebSocket;

constexpr auto duplicate = "client_id 'd1' is already registered; duplicate registrations are not allowed";

TEST(Registration, isAcknowledgedWithEveryFieldInTheOrderOfTheReference) {
    Server server(testSettings());
    Client client(server.port());
    client.say(R"({"type":"register","status":"ok","client_id":"d1"})");
    const std::string said = client.hear();
    const std::string head =
        R"({"type":"heartbeat","status":"ok","user_request":null,"agent_name":null,"process_name":null,)"
        R"("root_name":null,"actions":null,"messages":null,"error":null,"session_id":null,"task_name":null,)"
        R"("timestamp":")";
    EXPECT_TRUE(said.starts_with(head)) << said;
    EXPECT_TRUE(said.ends_with(R"(","result":null})")) << said;
    EXPECT_EQ(member(said, "response_id").size(), 36U);
}

TEST(Registration, showsTheDeviceWithWhatItRegistered) {
    Server server(testSettings());
    Client client(server.port());
    client.say(R"({"type":"register","status":"ok","client_id":"d/1","metadata":{"platform":"linux",)"
               R"("system_info":{"memory_total_gb":3.50},"x":[1]}})");
    client.hear();
    EXPECT_TRUE(comesTrue([&] { return rest(server.port(), "/api/clients/d%2F1").status == 200; }));
    const Reply reply = rest(server.port(), "/api/clients/d%2F1");
    EXPECT_EQ(member(reply.body, "client_id"), "d/1");
    EXPECT_EQ(member(reply.body, "client_type"), "device");
    EXPECT_EQ(member(reply.body, "platform"), "linux");
    EXPECT_EQ(member(reply.body, "system_info"), R"({"memory_total_gb":3.50})");
    EXPECT_EQ(member(member(reply.body, "metadata"), "x"), "[1]");
}

TEST(Registration, isRefusedWhileAnotherConnectionHoldsTheId) {
    Server server(testSettings());
    Client first(server.port());
    first.enroll("d1");
    Client second(server.port());
    second.say(R"({"type":"register","status":"ok","client_id":"d1"})");
    const std::string said = second.hear();
    EXPECT_EQ(member(said, "type"), "error");
    EXPECT_EQ(member(said, "status"), "error");
    EXPECT_EQ(member(said, "error"), duplicate);
    EXPECT_EQ(second.hearClose(), WebSocket::WS_NORMAL_CLOSE);
    EXPECT_TRUE(first.hearsNothing());
}

TEST(Registration, isPossibleAgainOnceTheFirstConnectionIsGone) {
    Server server(testSettings());
    Client first(server.port());
    first.enroll("d1");
    first.leave();
    EXPECT_TRUE(comesTrue([&] {
        Client second(server.port());
        second.say(R"({"type":"register","status":"ok","client_id":"d1"})");
        return member(second.hear(), "status") == "ok";
    }));
}

TEST(Registration, ofAConstellationIsRefused) {
    Server server(testSettings());
    Client client(server.port());
    client.say(R"({"type":"register","status":"ok","client_type":"constellation","client_id":"c1"})");
    EXPECT_EQ(member(client.hear(), "error"), "client_type 'constellation' is not served here");
    EXPECT_EQ(client.hearClose(), WebSocket::WS_NORMAL_CLOSE);
}

TEST(Registration, thatIsNoneIsNeverAnswered) {
    Server server(testSettings());
    for (const auto* first :
         {R"({"type":"heartbeat","status":"ok","client_id":"p1"})", "hello", R"({"type":"register","status":"ok"})",
          R"({"type":"register","client_id":"p1"})", R"({"type":"register","status":"ok","client_id":""})", "[]", ""}) {
        Client client(server.port());
        client.say(first);
        EXPECT_TRUE(client.hearsNothing()) << first;
        client.say(R"({"type":"register","status":"ok","client_id":"p1"})");
        EXPECT_TRUE(client.hearsNothing()) << first;
    }
}

TEST(Registration, isForgottenAfterABinaryFrameWhileTheSocketStaysOpen) {
    Server server(testSettings());
    Client client(server.port());
    client.enroll("d1");
    client.frame(R"({"type":"heartbeat","status":"ok"})", WebSocket::FRAME_BINARY);
    client.say(R"({"type":"heartbeat","status":"ok"})");
    EXPECT_TRUE(client.hearsNothing());
    EXPECT_EQ(rest(server.port(), "/api/clients").body, R"({"online_clients":[]})");
}

struct Said {
    const char* message;
    const char* error;  ///< null: no answer at all
};

constexpr Said afterwards[] = {
    {R"({"type":"heartbeat","status":"ok","client_id":"someone"})",
     "client_id does not match the registered connection"},
    {R"({"type":"heartbeat","status":"ok","client_id":"d1","client_type":"constellation"})",
     "client_type does not match the registered connection"},
    {R"({"type":"register","status":"ok","client_id":"d1"})", "Unknown message type: ClientMessageType.REGISTER"},
    {R"({"type":"task_end","status":"completed"})", "Unknown message type: ClientMessageType.TASK_END"},
    {R"({"type":"device_info_request","status":"ok","target_id":"d1"})",
     "DEVICE_INFO_REQUEST is permitted only for constellation clients"},
    {R"({"type":"device_info_response","status":"ok","metadata":{}})", nullptr},
    {R"({"type":"command_results","status":"continue","session_id":"s","prev_response_id":"x","action_results":[]})",
     nullptr},
    {R"({"type":"command_results","status":"continue"})", nullptr},
    {R"({"type":"task","status":"continue","target_id":"d2","request":"x"})",
     "Device clients may not target other devices"},
    {R"({"type":"error","status":"error","error":"boom"})", "boom"},
    {R"({"type":"error","status":"error"})", "Unknown error"},
    {R"({"type":"error","error":"boom"})", "1 validation error for ClientMessage\nstatus\n  Field required"},
    {R"({"type":"error","status":null})",
     "1 validation error for ClientMessage\nstatus\n  Input should be 'continue', 'completed', 'failed', 'ok' or "
     "'error'"},
    {"[]", "1 validation error for ClientMessage\n  Input should be an object"},
    {R"({"type":"bogus","status":"ok"})",
     "1 validation error for ClientMessage\ntype\n  Input should be 'task', 'heartbeat', 'command_results', 'error', "
     "'register', 'task_end', 'device_info_request' or 'device_info_response'"},
    {R"({"type":"heartbeat","status":"ok","client_id":7})",
     "1 validation error for ClientMessage\nclient_id\n  Input should be a valid string"},
    {R"({"type":"command_results","status":"ok","action_results":{}})",
     "1 validation error for ClientMessage\naction_results\n  Input should be a valid list"},
    {R"({"type":"command_results","status":"ok","action_results":[{"status":"success"},{"status":"fine"}]})",
     "1 validation error for ClientMessage\naction_results.1.status\n  Input should be 'success', 'failure', "
     "'skipped' or 'none'"},
};

TEST(Registration, pinsWhatTheDeviceMaySay) {
    Server server(testSettings());
    Client client(server.port());
    client.enroll("d1");
    for (const Said& said : afterwards) {
        client.say(said.message);
        if (said.error == nullptr) {
            EXPECT_TRUE(client.hearsNothing()) << said.message;
            continue;
        }
        const std::string answer = client.hear();
        EXPECT_EQ(member(answer, "type"), "error") << said.message;
        EXPECT_EQ(member(answer, "error"), said.error) << said.message;
    }
}

TEST(Registration, outlivesMessagesThatAreNotJson) {
    Server server(testSettings());
    Client client(server.port());
    client.enroll("d1");
    const std::string deep(100'000, '[');
    for (const std::string& message :
         {std::string("hello"), std::string(R"({"type":"heartbeat","status":)"), std::string("\xEF\xBB\xBF{}"),
          std::string(R"({"type":"heartbeat","status":"ok","error":"\ud800"})"), std::string("\xFF"), deep,
          R"({"type":"heartbeat","status":"ok","metadata":{"x":)" + deep + "}}"}) {
        client.say(message);
        EXPECT_TRUE(member(client.hear(), "error").starts_with("1 validation error for ClientMessage\n"))
            << message.substr(0, 60);
    }
    for (const auto* message :
         {R"({"type":"heartbeat","status":"ok","client_id":"d1","extra":1})", R"({"type":"heartbeat","status":"ok"})",
          R"({"type":"bogus","type":"heartbeat","status":"ok"})"}) {
        client.say(message);
        EXPECT_EQ(member(client.hear(), "type"), "heartbeat") << message;
    }
}

}  // namespace
}  // namespace aip::tests
