// --check --connect, step by step, on real sockets.

#include "lifecycle/connection_probe.h"

#include "network/tls.h"
#include "tests/support/tls_peer.h"
#include "transport/websocket_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <thread>

#include <sys/resource.h>

namespace aip::lifecycle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Listener;
using tests::WebSocketPeer;
using namespace std::chrono_literals;

using Script = std::function<void(Listener&)>;
using Steps = std::vector<std::string>;

/// Plays the server on a thread of its own.
class Server {
  public:
    explicit Server(Script script) : _thread([this, script = std::move(script)] { play(script); }) {}
    ~Server() { _thread.join(); }

    Listener listener;

  private:
    void play(const Script& script) {
        try {
            script(listener);
        } catch (const std::exception& failure) {
            ADD_FAILURE() << failure.what();
        }
    }

    std::thread _thread;
};

ProbeResult probeOf(const transport::Endpoint& endpoint, bool registers) {
    transport::ChannelSettings settings;
    settings.connectTimeout = 500ms;
    settings.closeTimeout = 500ms;
    const base::SystemClock clock;
    const auto channel = transport::makeWebSocketChannel(settings, clock);
    return probe({endpoint, "dev", "linux", registers, 500ms}, *channel, clock);
}

transport::Endpoint plain(const Listener& listener) {
    return {.url = listener.url(), .token = "canary"};
}

void answer(Listener& listener, std::string_view bytes) {
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    peer.sendRaw(bytes);
    peer.waitForEnd();
}

struct ProbeRow {
    const char* name;
    Script script;
    bool registers;
    Steps passed;
    const char* failed;
    const char* why;
};

std::ostream& operator<<(std::ostream& out, const ProbeRow& row) {
    return out << row.name;
}

class PlainProbe : public testing::TestWithParam<ProbeRow> {};

TEST_P(PlainProbe, saysHowFarItGot) {
    Server server(GetParam().script);
    const auto before = std::chrono::steady_clock::now();
    const ProbeResult result = probeOf(plain(server.listener), GetParam().registers);
    EXPECT_EQ(result.passed, GetParam().passed);
    EXPECT_EQ(result.failed, GetParam().failed);
    EXPECT_THAT(result.why, testing::AllOf(HasSubstr(GetParam().why), Not(HasSubstr("canary"))));
    EXPECT_LT(std::chrono::steady_clock::now() - before, tests::limit);
}

void answerTheRegistration(Listener& listener, std::string_view text) {
    WebSocketPeer peer = listener.acceptUpgraded();
    EXPECT_THAT(peer.receiveText(),
                testing::AllOf(HasSubstr(R"("type":"register")"), HasSubstr(R"("platform":"linux")")));
    peer.sendText(text);
    peer.acceptClose();
}

const Steps connected{"resolve", "connect"};
const Steps opened{"resolve", "connect", "upgrade"};

INSTANTIATE_TEST_SUITE_P(
    Servers, PlainProbe,
    testing::Values(
        ProbeRow{"accepts", [](Listener& l) { l.acceptUpgraded().acceptClose(); }, false, opened, "", ""},
        ProbeRow{"registers",
                 [](Listener& l) { answerTheRegistration(l, R"({"type":"heartbeat","status":"ok"})"); },
                 true,
                 {"resolve", "connect", "upgrade", "register"},
                 "",
                 ""},
        ProbeRow{"refusesTheToken", [](Listener& l) { answer(l, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"); },
                 false, connected, "upgrade", "HTTP 401: check the token"},
        ProbeRow{"isAWebsite", [](Listener& l) { answer(l, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"); }, false,
                 connected, "upgrade", "HTTP 200"},
        ProbeRow{"isNoWebServer", [](Listener& l) { answer(l, "SSH-2.0-OpenSSH_9.2\r\n\r\n"); }, false, connected,
                 "upgrade", "check that the url is that of a WebSocket server"},
        ProbeRow{"isSilent", [](Listener& l) { l.accept().waitForEnd(); }, false, connected, "upgrade",
                 "does not answer the upgrade"},
        ProbeRow{"refusesTheRegistration",
                 [](Listener& l) {
                     answerTheRegistration(l, R"({"type":"error","status":"error","error":"already registered"})");
                 },
                 true, opened, "register", "the server refuses: already registered"},
        ProbeRow{"closesInstead",
                 [](Listener& l) {
                     WebSocketPeer peer = l.acceptUpgraded();
                     peer.receiveText();
                     peer.close(1008, "go away");
                     peer.finish();
                 },
                 true, opened, "register", "go away"},
        ProbeRow{"answersWithWhatIsNotUtf8",
                 [](Listener& l) {
                     WebSocketPeer peer = l.acceptUpgraded();
                     peer.receiveText();
                     peer.sendText("\xFF");
                     EXPECT_EQ(peer.receiveFrame().closeCode(), 1007);
                     peer.hangUp();
                 },
                 true, opened, "register", "not UTF-8"},
        ProbeRow{"saysNothing",
                 [](Listener& l) {
                     WebSocketPeer peer = l.acceptUpgraded();
                     peer.receiveText();
                     peer.waitForEnd();
                 },
                 true, opened, "register", "no answer in time"},
        ProbeRow{"answersInAnotherWayFirst",
                 [](Listener& l) {
                     WebSocketPeer peer = l.acceptUpgraded();
                     peer.receiveText();
                     peer.sendText("no JSON");
                     peer.sendText(R"({"type":"heartbeat","status":"continue"})");
                     peer.sendText(R"({"type":"heartbeat","status":"ok"})");
                     peer.sendText(R"({"type":"command","status":"continue","actions":[]})");
                     EXPECT_EQ(peer.receiveFrame().opcode, tests::opClose) << "a command is executed";
                     peer.finish();
                 },
                 true,
                 {"resolve", "connect", "upgrade", "register"},
                 "",
                 ""}),
    [](const auto& each) { return each.param.name; });

TEST(Probe, findsThatNobodyIsThere) {
    Listener listener;
    const auto endpoint = plain(listener);
    listener.close();
    const ProbeResult result = probeOf(endpoint, false);
    EXPECT_THAT(result.passed, ElementsAre("resolve"));
    EXPECT_EQ(result.failed, "connect");
    EXPECT_THAT(result.why, HasSubstr("check that the server runs there"));
}

TEST(Probe, findsThatThisProcessHasTooManyFiles) {
    Listener listener;
    const base::SystemClock clock;
    const auto channel = transport::makeWebSocketChannel({}, clock);
    const auto settings = ProbeSettings{.endpoint = plain(listener), .clientId = "dev", .platform = "linux"};
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const ProbeResult result = probe(settings, *channel, clock);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(result.failed, "connect");
    EXPECT_EQ(result.obstacle, transport::Obstacle::shortage);
    EXPECT_THAT(result.why,
                testing::AllOf(HasSubstr("Too many open files): this process, or the machine, has too much"),
                               Not(HasSubstr("check that the server"))));
}

/// How a server ends the upgrade, and what that is taken for.
struct ObstacleRow {
    const char* name;
    Script script;
    transport::Obstacle obstacle;
    int httpStatus;
    const char* why;
};

std::ostream& operator<<(std::ostream& out, const ObstacleRow& row) {
    return out << row.name;
}

class Obstacles : public testing::TestWithParam<ObstacleRow> {};

TEST_P(Obstacles, areTold) {
    Server server(GetParam().script);
    const ProbeResult result = probeOf(plain(server.listener), false);
    EXPECT_EQ(result.failed, "upgrade");
    EXPECT_EQ(result.obstacle, GetParam().obstacle) << result.why;
    EXPECT_EQ(result.httpStatus, GetParam().httpStatus);
    EXPECT_THAT(result.why, HasSubstr(GetParam().why));
}

using transport::Obstacle;

INSTANTIATE_TEST_SUITE_P(
    Servers, Obstacles,
    testing::Values(
        ObstacleRow{"refuses", [](Listener& l) { answer(l, "HTTP/1.1 503 No\r\n\r\n"); }, Obstacle::unknown, 503,
                    "HTTP 503"},
        ObstacleRow{"speaksNoHttp", [](Listener& l) { answer(l, "220 mail.example ESMTP\r\n"); }, Obstacle::notHttp, 0,
                    "is not HTTP"},
        ObstacleRow{"isSilent", [](Listener& l) { l.accept().waitForEnd(); }, Obstacle::silence, 0, "does not answer"},
        ObstacleRow{"cuts", [](Listener& l) { l.accept().receiveRequest(); }, Obstacle::cut, 0, "cut the"},
        ObstacleRow{"alerts", [](Listener& l) { answer(l, std::string_view("\x15\x03\x03\0\x02\x02\x0a", 7)); },
                    Obstacle::tls, 0, "speaks TLS there: use wss://"},
        ObstacleRow{"wantsHttps",
                    [](Listener& l) {
                        answer(l, "HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port");
                    },
                    Obstacle::tls, 0, "speaks TLS there: use wss://"}),
    [](const auto& each) { return each.param.name; });

TEST(Probe, findsThatTheNameIsUnknown) {
    const ProbeResult result =
        probeOf({.url = "wss://server.invalid/ws", .token = {}, .tls = *network::loadTls({})}, false);
    EXPECT_THAT(result.passed, IsEmpty());
    EXPECT_EQ(result.failed, "resolve");
    EXPECT_THAT(result.why, HasSubstr("server.invalid"));
}

TEST(Probe, goesThroughTheProxy) {
    Server server([](Listener& listener) { answer(listener, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"); });
    auto endpoint = plain(server.listener);
    endpoint.url = "ws://server.invalid/ws";
    endpoint.allowPlaintext = true;
    endpoint.proxyUrl = "http://127.0.0.1:" + std::to_string(server.listener.port());
    endpoint.proxyCredentials = "user:canary";
    const ProbeResult result = probeOf(endpoint, false);
    EXPECT_THAT(result.passed, ElementsAre("resolve", "connect"));
    EXPECT_EQ(result.failed, "proxy");
    EXPECT_THAT(result.why, testing::AllOf(HasSubstr("407"), Not(HasSubstr("canary"))));
}

/// Against a server with a certificate of one authority, where the client trusts another or the same.
ProbeResult probeOverTls(const tests::Authority& trusted, const tests::Authority& issuer) {
    const tests::TemporaryFolder folder;
    const tests::TlsServer tls(issuer.issue());
    Server server([&](Listener& listener) {
        tests::TlsPeer accepted = tls.accept(listener);
        if (accepted.failure.empty()) {
            accepted.peer.acceptUpgrade();
            accepted.peer.acceptClose();
        }
    });
    network::TlsMaterial client;
    client.ca = {"ca.pem", trusted.own().certificatePem()};
    auto endpoint = plain(server.listener);
    endpoint.url = "wss://127.0.0.1:" + std::to_string(server.listener.port()) + "/ws";
    endpoint.tls = *network::loadTls(client);
    return probeOf(endpoint, false);
}

TEST(Probe, securesTheConnection) {
    const tests::Authority authority;
    const ProbeResult result = probeOverTls(authority, authority);
    EXPECT_THAT(result.passed, ElementsAre("resolve", "connect", "tls", "upgrade")) << result.why;
    EXPECT_EQ(result.failed, "");
}

TEST(Probe, findsThatTheAuthorityIsNotTrusted) {
    const ProbeResult result = probeOverTls(tests::Authority("Other"), tests::Authority());
    EXPECT_THAT(result.passed, ElementsAre("resolve", "connect"));
    EXPECT_EQ(result.failed, "tls");
    EXPECT_THAT(result.why, HasSubstr("server.ca_file"));
}

}  // namespace
}  // namespace aip::lifecycle
