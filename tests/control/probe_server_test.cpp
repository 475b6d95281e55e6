#include "control/probe_server.h"

#include "tests/control/harness.h"
#include "tests/support/http_ask.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <iterator>
#include <vector>

namespace {

using namespace Poco::Net;
using aip::base::Code;
using aip::control::ProbeServer;

class ProbeServers : public testing::Test {
  protected:
    aip::tests::FakeAgent _agent;
    std::unique_ptr<ProbeServer> _server = *ProbeServer::start("127.0.0.1", 0, _agent);

    std::pair<int, std::string> ask(const std::string& path, const std::string& method = "GET",
                                    const std::string& host = "127.0.0.1") {
        HTTPClientSession client("127.0.0.1", _server->port());
        client.setTimeout(Poco::Timespan(20, 0));
        aip::tests::sendRequest(client, method, path, {}, host);
        return aip::tests::receiveAnswer(client, &_type);
    }

    std::string _type;
};

TEST_F(ProbeServers, serveMetricsAndHealth) {
    EXPECT_EQ(ask("/metrics"), std::pair(200, std::string("aip_agent_locked 0\n")));
    EXPECT_EQ(_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(ask("/healthz"), std::pair(200, std::string("{\"ok\":true}\n")));
    EXPECT_EQ(ask("/readyz").first, 200);
    _agent.wrong = R"([{"code":"AIP-611"}])";
    EXPECT_EQ(ask("/healthz"), std::pair(200, std::string(R"({"ok":true,"findings":[{"code":"AIP-611"}]})"
                                                          "\n")));
    _agent.health = aip::base::Error(Code::unavailable, "no progress: I/O");
    EXPECT_EQ(ask("/healthz").first, 503);
    _agent.answer = aip::base::Error(Code::unavailable, "waiting");
    EXPECT_EQ(ask("/readyz").first, 503);
}

TEST_F(ProbeServers, answerWhileManyHoldTheirConnections) {
    std::vector<StreamSocket> held;
    for (int i = 0; i < 200; ++i) {
        held.emplace_back(SocketAddress("127.0.0.1", _server->port()));
        held.back().sendBytes("GET /met", 8);
    }
    EXPECT_EQ(ask("/healthz").first, 200);
}

TEST_F(ProbeServers, nothingElseIsThere) {
    for (const char* path : {"/", "/v1/status", "/metrics/", "/../metrics"}) {
        EXPECT_EQ(ask(path).first, 404) << path;
    }
    EXPECT_EQ(ask("/metrics", "POST").first, 405);
    EXPECT_EQ(ask("/nothing", "POST").first, 404);
    EXPECT_EQ(ask("/metrics", "HEAD"), std::pair(200, std::string()));
    EXPECT_TRUE(_agent.told().empty());
}

TEST_F(ProbeServers, aPageOfTheWebCannotAsk) {
    for (const char* host : {"evil.example", "evil.example:9464", "127.evil.example", ""}) {
        EXPECT_EQ(ask("/metrics", "GET", host).first, 403) << host;
    }
    for (const char* host : {"localhost:9464", "127.0.0.1", "[::1]:9464"}) {
        EXPECT_EQ(ask("/metrics", "GET", host).first, 200) << host;
    }
}

TEST_F(ProbeServers, anAddressThatIsTakenIsAnError) {
    const auto second = ProbeServer::start("127.0.0.1", _server->port(), _agent);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Code::unavailable);
}

}  // namespace
