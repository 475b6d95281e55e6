#include "client.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <future>

namespace aip::tests {
namespace {

using namespace aip::server;

using Poco::Net::WebSocket;

TEST(Connection, refusesAnUpgradeWithoutTheRightKeyAndPath) {
    Server server(testSettings());
    for (const auto* target : {"/ws", "/ws?token=", "/ws?token=wrong", "/ws?token=a%20key%2Fwith%20%C3%BCx",
                               "/ws?key=a%20key%2Fwith%20%C3%BC", "/other?token=a%20key%2Fwith%20%C3%BC",
                               "/ws/?token=a%20key%2Fwith%20%C3%BC", "/api/health"}) {
        EXPECT_EQ(upgradeStatus(server.port(), target), 403) << target;
    }
}

TEST(Connection, takesTheKeyPercentEncoded) {
    Server server(testSettings());
    EXPECT_EQ(upgradeStatus(server.port(), "/ws?token=a%20key%2Fwith%20%C3%BC"), 101);
}

TEST(Connection, putsAMessageTogetherFromFragmentsAndAnswersPingsInBetween) {
    Server server(testSettings());
    Client client(server.port());
    client.enroll("d1");
    const std::string padding(3UL << 20U, 'x');
    client.sayInPieces(R"({"type":"heartbeat","status":"ok","error":")" + padding + "\"}", 256UL << 10U);
    for (int piece = 0; piece < 12; ++piece) {
        EXPECT_EQ(client.hearFrame(), WebSocket::FRAME_OP_PONG);
    }
    EXPECT_EQ(member(client.hear(), "type"), "heartbeat");
}

TEST(Connection, pingsADeviceThatIsSilent) {
    ServerSettings settings = testSettings();
    settings.wire.pingInterval = std::chrono::milliseconds(20);
    Server server(settings);
    Client client(server.port());
    EXPECT_EQ(client.hearFrame(), WebSocket::FRAME_OP_PING);
}

TEST(Connection, dropsADeviceThatAnswersNoPing) {
    ServerSettings settings = testSettings();
    settings.wire.pingInterval = std::chrono::milliseconds(20);
    settings.wire.pongTimeout = std::chrono::milliseconds(200);
    Server server(settings);
    Client client(server.port());
    client.enroll("d1");
    int opcode = WebSocket::FRAME_OP_PING;
    while (opcode == WebSocket::FRAME_OP_PING) {
        opcode = client.hearFrame();
    }
    EXPECT_EQ(opcode, WebSocket::FRAME_OP_CLOSE);
    EXPECT_TRUE(comesTrue([&] { return rest(server.port(), "/api/clients").body == R"({"online_clients":[]})"; }));
}

TEST(Connection, keepsADeviceThatAnswersPings) {
    ServerSettings settings = testSettings();
    settings.wire.pingInterval = std::chrono::milliseconds(10);
    Server server(settings);
    Client client(server.port());
    client.enroll("d1");
    for (int ping = 0; ping < 5; ++ping) {
        ASSERT_EQ(client.hearFrame(), WebSocket::FRAME_OP_PING);
        client.frame("", WebSocket::FRAME_OP_PONG | static_cast<int>(WebSocket::FRAME_FLAG_FIN));
    }
    client.say(R"({"type":"heartbeat","status":"ok"})");
    EXPECT_EQ(member(client.hear(), "status"), "ok");
}

TEST(Connection, takesAMessageOfExactlyTheLimitAndClosesOnOneByteMore) {
    ServerSettings settings = testSettings();
    settings.wire.maxMessageBytes = 4096;
    Server server(settings);
    Client client(server.port());
    client.enroll("d1");
    std::string message = R"({"type":"heartbeat","status":"ok"})";
    message.resize(4096, ' ');
    client.say(message);
    EXPECT_EQ(member(client.hear(), "status"), "ok");
    client.say(message + " ");
    EXPECT_EQ(client.hearClose(), WebSocket::WS_PAYLOAD_TOO_BIG);
}

TEST(Connection, appliesTheLimitToTheSumOfFragments) {
    ServerSettings settings = testSettings();
    settings.wire.maxMessageBytes = 4096;
    Server server(settings);
    Client client(server.port());
    client.frame(std::string(4000, ' '), WebSocket::FRAME_OP_TEXT);
    client.frame(std::string(97, ' '), WebSocket::FRAME_OP_CONT);
    EXPECT_EQ(client.hearClose(), WebSocket::WS_PAYLOAD_TOO_BIG);
}

TEST(Connection, closesOnAFragmentThatContinuesNothing) {
    Server server(testSettings());
    Client client(server.port());
    client.frame("x", WebSocket::FRAME_OP_CONT);
    EXPECT_EQ(client.hearClose(), WebSocket::WS_PROTOCOL_ERROR);
}

TEST(Connection, answersAClosingFrameWithItsCode) {
    Server server(testSettings());
    Client client(server.port());
    client.frame({"\x03\xE9", 2}, WebSocket::FRAME_OP_CLOSE | static_cast<int>(WebSocket::FRAME_FLAG_FIN));
    EXPECT_EQ(client.hearClose(), 1001);
}

TEST(Connection, isClosedWithServiceRestartWhenTheServerStops) {
    Server server(testSettings());
    Client device(server.port());
    device.enroll("d1");
    Client unregistered(server.port());
    auto stopped = std::async(std::launch::async, [&] { server.stop(); });
    EXPECT_EQ(device.hearClose(), 1012);
    EXPECT_EQ(unregistered.hearClose(), 1012);
    stopped.get();
}

TEST(Connection, doesNotHoldUpTheEndIfTheDeviceDoesNotAnswer) {
    ServerSettings settings = testSettings();
    settings.wire.closeTimeout = std::chrono::milliseconds(100);
    Server server(settings);
    const Client silent(server.port());
    Client halfway(server.port());
    halfway.frame("{", WebSocket::FRAME_OP_TEXT);
    auto stopped = std::async(std::launch::async, [&] { server.stop(); });
    EXPECT_EQ(stopped.wait_for(patience), std::future_status::ready);
}

TEST(Connection, canBeMadeAgainAfterTheServerWasRestartedOnItsPort) {
    ServerSettings settings = testSettings();
    auto server = std::make_unique<Server>(settings);
    settings.port = server->port();
    for (int restart = 0; restart < 3; ++restart) {
        Client client(settings.port);
        client.enroll("d1");
        auto stopped = std::async(std::launch::async, [&] { server.reset(); });
        EXPECT_EQ(client.hearClose(), 1012);
        stopped.get();
        server = std::make_unique<Server>(settings);
    }
}

}  // namespace
}  // namespace aip::tests
