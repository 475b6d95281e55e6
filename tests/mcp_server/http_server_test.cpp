#include "mcp_server/http_server.h"

#include "tests/mcp_server/harness.h"
#include "tests/support/fake_trail.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <thread>

namespace {

using namespace aip::tests;
using aip::mcp_server::HttpServer;
using aip::mcp_server::HttpServerSettings;
using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using testing::HasSubstr;

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Reply {
    int status = 0;
    std::string body;
    std::string type;
    std::string session;
};

class HttpServerTest : public testing::Test {
  protected:
    FakeTrail _trail;
    McpHarness _harness{Slots{workshop()}, _trail};
    std::unique_ptr<HttpServer> _server = start({});

    std::unique_ptr<HttpServer> start(HttpServerSettings settings) {
        settings.rules.key = "k";
        settings.rules.hosts = {"127.0.0.1"};
        settings.info = {"agent", "1", ""};
        auto server = HttpServer::start(_harness.execution.dispatcher, _harness.offered, settings);
        EXPECT_TRUE(server);
        return server ? *std::move(server) : nullptr;
    }

    std::unique_ptr<HTTPClientSession> connect() const {
        auto client = std::make_unique<HTTPClientSession>("127.0.0.1", _server->port());
        client->setTimeout(Poco::Timespan(20, 0));
        return client;
    }

    static HTTPRequest request(const std::string& method, const std::string& body, const Fields& fields) {
        HTTPRequest head(method, "/mcp", "HTTP/1.1");
        head.setContentType("application/json");
        head.setContentLength(static_cast<std::streamsize>(body.size()));
        head.set("Authorization", "Bearer k");
        for (const auto& [name, value] : fields) {
            head.set(name, value);
        }
        return head;
    }

    Reply send(const std::string& body, const Fields& fields = {}, const std::string& method = "POST") const {
        const auto client = connect();
        auto head = request(method, body, fields);
        client->sendRequest(head) << body;
        HTTPResponse response;
        auto& in = client->receiveResponse(response);
        Reply reply{response.getStatus(),
                    {std::istreambuf_iterator<char>(in), {}},
                    response.getContentType(),
                    response.get("Mcp-Session-Id", "")};
        return reply;
    }

    Fields session() const {
        const Reply reply = send(initialize);
        EXPECT_EQ(reply.status, 200) << reply.body;
        EXPECT_FALSE(reply.session.empty());
        return {{"Mcp-Session-Id", reply.session}};
    }
};

std::string modernCall(const std::string& tool) {
    return callOf("1", tool, "{}",
                  R"(,"_meta":{"progressToken":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                  R"("io.modelcontextprotocol/clientCapabilities":{}})");
}

Fields modernFields(const std::string& method, const std::string& name = {}) {
    Fields fields{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", method}};
    if (!name.empty()) {
        fields.emplace_back("Mcp-Name", name);
    }
    return fields;
}

/// With and without a session.
TEST_F(HttpServerTest, saysInTheRecordsWhereACallComesFrom) {
    send(callOf("1", "echo"), session());
    send(modernCall("echo"), modernFields("tools/call", "echo"));
    EXPECT_THAT(_trail.takenPeers(),
                testing::ElementsAre(testing::StartsWith("127.0.0.1:"), testing::StartsWith("127.0.0.1:")));
}

TEST_F(HttpServerTest, servesSessions) {
    const auto fields = session();
    const Reply called = send(callOf("1", "echo", R"({"a":1})"), fields);
    EXPECT_EQ(called.type, "application/json");
    EXPECT_THAT(called.body, HasSubstr(R"({\"a\":1})"));
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", fields).status, 202);
    EXPECT_EQ(send("", fields, "DELETE").status, 200);
    EXPECT_EQ(send(callOf("1", "echo"), fields).status, 404);
    EXPECT_EQ(send(callOf("1", "echo")).status, 400);
    EXPECT_EQ(send("[]", session()).status, 400);
}

TEST_F(HttpServerTest, servesRequestsThatStateTheirRevision) {
    const Reply called = send(modernCall("echo"), modernFields("tools/call", "echo"));
    EXPECT_EQ(called.status, 200);
    EXPECT_THAT(called.body, HasSubstr(R"("resultType":"complete")"));
    EXPECT_EQ(send(modernCall("echo"), modernFields("tools/call", "other")).status, 400);
    EXPECT_EQ(send(modernCall("echo"), modernFields("tools/list")).status, 400);
    EXPECT_EQ(send(modernCall("echo")).status, 400);
}

TEST_F(HttpServerTest, streamsWhatReportsProgress) {
    const Reply called = send(modernCall("step"), modernFields("tools/call", "step"));
    EXPECT_EQ(called.type, "text/event-stream");
    EXPECT_THAT(called.body,
                HasSubstr("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\""));
    EXPECT_THAT(called.body, HasSubstr("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":"));
}

TEST_F(HttpServerTest, refusesStrangers) {
    EXPECT_EQ(send(initialize, {{"Authorization", "Bearer x"}}).status, 401);
    EXPECT_EQ(send(initialize, {{"Host", "evil.example"}}).status, 403);
    EXPECT_EQ(send(initialize, {{"Origin", "http://evil.example"}}).status, 403);
    EXPECT_EQ(send("rubbish").status, 400);
    EXPECT_EQ(send("", session(), "PUT").status, 405);
}

TEST_F(HttpServerTest, takesABodyUpToItsLimit) {
    HttpServerSettings settings;
    settings.longestBody = 1000;
    _server = start(settings);
    EXPECT_EQ(send(std::string(5'000, ' ')).status, 413);
}

TEST_F(HttpServerTest, cancelsWhatNobodyWaitsFor) {
    {
        const auto client = connect();
        const std::string body = modernCall("wait");
        auto head = request("POST", body, modernFields("tools/call", "wait"));
        client->sendRequest(head) << body << std::flush;
        EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 1; }));
    }
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 0; }));
}

TEST_F(HttpServerTest, callsLeaveThreadsToTheOthers) {
    const auto fields = session();
    const std::string body = modernCall("wait");
    std::vector<std::unique_ptr<HTTPClientSession>> clients;
    for (std::size_t i = 1; i <= 64; ++i) {
        clients.push_back(connect());
        auto head = request("POST", body, modernFields("tools/call", "wait"));
        clients.back()->sendRequest(head) << body << std::flush;
        EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == i; }));
    }
    EXPECT_EQ(send(modernCall("echo"), modernFields("tools/call", "echo")).status, 503);
    EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"method":"ping"})", fields).status, 200);
    clients.clear();
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 0; }));
}

TEST_F(HttpServerTest, dropsTheSessionThatNobodyHasUsedForLongest) {
    const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
    const auto listening = session();
    const auto client = connect();
    auto head = request("GET", "", listening);
    client->sendRequest(head);
    HTTPResponse response;
    client->receiveResponse(response);
    const auto idle = session();
    const auto used = session();
    for (std::size_t i = 3; i <= 64; ++i) {  // one more than there may be
        session();
    }
    EXPECT_EQ(send(ping, listening).status, 200);
    EXPECT_EQ(send(ping, idle).status, 404);
    EXPECT_EQ(send(ping, used).status, 200);
}

TEST_F(HttpServerTest, keepsNoSessionThatHasNotBegun) {
    const Reply reply = send(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{}})");
    EXPECT_THAT(reply.body, HasSubstr("-32602"));
    EXPECT_EQ(reply.session, "");
}

TEST_F(HttpServerTest, tellsAStreamOfOtherTools) {
    const auto fields = session();
    const auto client = connect();
    auto head = request("GET", "", fields);
    client->sendRequest(head);
    HTTPResponse response;
    auto& in = client->receiveResponse(response);
    EXPECT_EQ(response.getContentType(), "text/event-stream");
    EXPECT_EQ(send("", fields, "GET").status, 409);
    send(R"({"jsonrpc":"2.0","id":5,"method":"tools/list"})", fields);
    _harness.router.replace(everythingOf({}));
    _server->toolsChanged();
    std::string event;
    std::string data;
    std::getline(in, event);
    std::getline(in, data);
    EXPECT_EQ(event, "event: message");
    EXPECT_THAT(data, HasSubstr("notifications/tools/list_changed"));
}

TEST_F(HttpServerTest, stopsInTheMiddleOfACall) {
    const auto fields = session();
    Reply reply;
    std::thread caller([&] { reply = send(callOf("1", "wait"), fields); });
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 1; }));
    _server->stop();
    caller.join();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"the agent stops"}})");
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 0; }));
}

TEST_F(HttpServerTest, stopsInTheMiddleOfAStream) {
    const auto client = connect();
    const std::string body =
        R"({"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},)"
        R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
        R"("io.modelcontextprotocol/clientCapabilities":{}}}})";
    auto head = request("POST", body, modernFields("subscriptions/listen"));
    client->sendRequest(head) << body;
    HTTPResponse response;
    auto& in = client->receiveResponse(response);
    EXPECT_EQ(response.getContentType(), "text/event-stream");
    _server->stop();
    const std::string events{std::istreambuf_iterator<char>(in), {}};
    EXPECT_THAT(events, HasSubstr(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"the agent stops"}})"));
}

TEST_F(HttpServerTest, saysThatItCannotListen) {
    HttpServerSettings settings;
    settings.port = _server->port();
    const auto second = HttpServer::start(_harness.execution.dispatcher, _harness.offered, settings);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().text(), HasSubstr("cannot listen on 127.0.0.1:"));
}

}  // namespace
