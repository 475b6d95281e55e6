#include "control/server.h"

#include "control/request_reader.h"
#include "tests/control/harness.h"
#include "tests/support/http_ask.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Process.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

namespace {

using namespace aip::tests;
using namespace Poco::Net;
using aip::base::Code;
using aip::control::RequestReader;
using aip::control::Server;
using testing::HasSubstr;

class ControlServer : public testing::Test {
  protected:
    ControlHarness _harness{Slots{fakeSlot("tools", {tool("wait")}, [](aip::hosting::Call& call) {
        return call.waitCancelled(std::chrono::seconds(60)) ? call.cancelOutcome()
                                                            : aip::hosting::Outcome::success("1");
    })}};
    const std::string _path = _harness.folder / "control.sock";
    std::unique_ptr<Server> _server = started();

    std::unique_ptr<Server> started() {
        auto server = Server::start({_path, ""}, _harness.api);
        EXPECT_TRUE(server);
        return server ? *std::move(server) : nullptr;
    }

    StreamSocket connectSocket() const {
        StreamSocket socket(SocketAddress(SocketAddress::UNIX_LOCAL, _path));
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        return socket;
    }

    static void sendAll(StreamSocket& socket, const std::string& text) {
        EXPECT_EQ(socket.sendBytes(text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
    }

    /// False: the server has closed it.
    static bool sent(StreamSocket& socket, const std::string& text) {
        try {
            sendAll(socket, text);
            return true;
        } catch (const Poco::Exception&) {
            return false;
        }
    }

    /// To the end of the connection, which may be a reset: the server has not read all.
    static std::string received(StreamSocket& socket) {
        std::string all;
        std::string piece(4096, '\0');
        try {
            while (const int got = socket.receiveBytes(piece.data(), static_cast<int>(piece.size()))) {
                all.append(piece, 0, static_cast<std::size_t>(got));
            }
        } catch (const Poco::Net::ConnectionResetException&) {
        }
        return all;
    }

    std::unique_ptr<HTTPClientSession> connect() const {
        auto client = std::make_unique<HTTPClientSession>(connectSocket());
        client->setTimeout(Poco::Timespan(20, 0));
        return client;
    }

    std::pair<int, std::string> ask(const std::string& method, const std::string& path, const std::string& body = {}) {
        const auto client = connect();
        sendRequest(*client, method, path, body);
        return receiveAnswer(*client);
    }
};

TEST_F(ControlServer, isForItsUserOnly) {
    struct stat info {};
    ASSERT_EQ(::stat(_path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(ControlServer, answers) {
    EXPECT_EQ(ask("GET", "/healthz"), std::pair(200, std::string("{\"ok\":true}\n")));
    EXPECT_EQ(ask("GET", "/nothing").first, 404);
    EXPECT_EQ(ask("POST", "/v1/log-level?level=a%20b").first, 200);
    EXPECT_EQ(ask("POST", "/v1/request?name=n%26m", "the text").first, 200);
    EXPECT_THAT(_harness.agent.told(), testing::ElementsAre("level a b", "request n&m: the text"));
    EXPECT_EQ(ask("POST", "/v1/log-level?level=a&level=b").first, 400);
    EXPECT_EQ(ask("POST", "/v1/lock", std::string(Server::longestBody + 1, 'x')).first, 429);
}

struct BadRequest {
    std::string text;
    int status;
};

constexpr std::string_view requestHead = "POST /v1/request?name=n HTTP/1.1\r\nHost: agent\r\n";

TEST_F(ControlServer, doesNothingForARequestThatIsNotWhole) {
    const std::string head(requestHead);
    const std::vector<BadRequest> rows{
        {head + "Content-Length: 60\r\n\r\nonly the beginning", 400},
        {head + "Content-Length: 60\r\n\r\n", 400},
        {head + "Content-Length: -5\r\n\r\n", 400},
        {head + "Content-Length: five\r\n\r\nabcde", 400},
        {head + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400},
        {head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {head + "Content-Length : 5\r\n\r\nabc", 400},
        {head + "Transfer-Encoding: gzip\r\n\r\nabc", 400},
        {head + "Transfer-Encoding: chunked\r\n\r\n50\r\nless than this", 400},
        {head + "Transfer-Encoding: chunked\r\n\r\nZZZ\r\nabc\r\n0\r\n\r\n", 400},
        {head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 400},
        {head + "Content-Length: 99999999999\r\n\r\n", 429},
        {head + "Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n", 429},
        {head, 400},
        {"POST /v1/drain HTTP/1.1", 400},
        {"nonsense\r\n\r\n", 400},
    };
    for (const auto& row : rows) {
        auto socket = connectSocket();
        sendAll(socket, row.text);
        socket.shutdownSend();
        EXPECT_THAT(received(socket), testing::StartsWith("HTTP/1.1 " + std::to_string(row.status))) << row.text;
    }
    EXPECT_TRUE(_harness.agent.told().empty());
}

TEST_F(ControlServer, judgesABodyByItsAnnouncement) {
    auto socket = connectSocket();
    sendAll(socket, std::string(requestHead) + "Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n");
    EXPECT_THAT(received(socket), testing::StartsWith("HTTP/1.1 429"));
    EXPECT_TRUE(_harness.agent.told().empty());
}

TEST_F(ControlServer, takesABodyInChunksAndAfterItsContinue) {
    auto chunked = connectSocket();
    sendAll(chunked,
            std::string(requestHead) + "Transfer-Encoding: chunked\r\n\r\n4\r\nthe \r\n4\r\ntext\r\n0\r\n\r\n");
    EXPECT_THAT(received(chunked), testing::StartsWith("HTTP/1.1 200"));
    auto polite = connectSocket();
    sendAll(polite, std::string(requestHead) + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    std::string first(25, '\0');
    EXPECT_EQ(polite.receiveBytes(first.data(), 25), 25);
    EXPECT_EQ(first, "HTTP/1.1 100 Continue\r\n\r\n");
    sendAll(polite, "abc");
    EXPECT_THAT(received(polite), testing::StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(_harness.agent.told(), testing::ElementsAre("request n: the text", "request n: abc"));
}

TEST_F(ControlServer, endsTheConnectionOfASilentPeer) {
    _server.reset();
    _server = *Server::start({.path = _path, .requestLimit = std::chrono::milliseconds(500)}, _harness.api);
    for (const std::string text :
         {"", "POST /v1/drain HTTP/1.1\r\n", "POST /v1/lock HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
          "POST /v1/lock HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n"}) {
        auto socket = connectSocket();
        sendAll(socket, text);
        EXPECT_EQ(received(socket), "") << text;
    }
    EXPECT_TRUE(_harness.agent.told().empty());
    EXPECT_THAT(ask("GET", "/v1/status").second, HasSubstr(R"("locked":false)"));
}

/// Each byte comes in time, the request does not.
TEST_F(ControlServer, endsTheConnectionOfAPeerThatIsTooSlow) {
    _server.reset();
    _server = *Server::start({.path = _path, .requestLimit = std::chrono::milliseconds(200)}, _harness.api);
    for (const std::string text :
         {"POST /v1/drain HTTP/1.1\r\n", "POST /v1/lock HTTP/1.1\r\nContent-Length: 5000\r\n\r\n"}) {
        auto socket = connectSocket();
        sendAll(socket, text);
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!socket.poll(Poco::Timespan(0, 10'000), Poco::Net::Socket::SELECT_READ) &&
               std::chrono::steady_clock::now() < end) {
            if (!sent(socket, "x")) {
                break;  // it has been closed meanwhile
            }
        }
        EXPECT_EQ(received(socket), "") << text;
    }
    EXPECT_TRUE(_harness.agent.told().empty());
}

/// Neither those that say nothing, nor those whose head or body does not end, nor those that do not read.
TEST_F(ControlServer, answersWhileManyHoldTheirConnections) {
    _harness.agent.wrong.assign(1UL << 20U, ' ');
    const std::string texts[] = {"", "GET /v1/sta", "POST /v1/lock HTTP/1.1\r\nContent-Length: 50\r\n\r\nabc",
                                 "nonsense\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n"};
    std::vector<StreamSocket> held;
    for (int i = 0; i < 200; ++i) {
        held.push_back(connectSocket());
        sendAll(held.back(), texts[i % std::size(texts)]);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(9);
    int status = 0;
    do {
        status = ask("GET", "/v1/status").first;
    } while (status == 429 && std::chrono::steady_clock::now() < end);  // whole requests of the others wait at first
    EXPECT_EQ(status, 200);
    EXPECT_LT(std::chrono::steady_clock::now(), end);
    EXPECT_THAT(ask("GET", "/v1/status").second, HasSubstr(R"("locked":false)"));
}

TEST_F(ControlServer, answersHeadWithoutABody) {
    auto socket = connectSocket();
    sendAll(socket, "HEAD /healthz HTTP/1.1\r\n\r\n");
    const std::string answer = received(socket);
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
    EXPECT_EQ(ask("HEAD", "/v1/lock").first, 405);
    EXPECT_EQ(ask("HEAD", "/v1/watch").first, 405);
    EXPECT_EQ(ask("POST", "/v1/watch").first, 405);
}

TEST_F(ControlServer, waitsForNoBodyThatIsNotAnnounced) {
    const auto client = connect();
    HTTPRequest request("POST", "/v1/reload", "HTTP/1.1");
    client->sendRequest(request).flush();
    client->setTimeout(Poco::Timespan(5, 0));
    HTTPResponse response;
    client->receiveResponse(response);
    EXPECT_EQ(response.getStatus(), 200);
}

TEST_F(ControlServer, knowsWhoAsks) {
    const auto caller = connect();
    sendRequest(*caller, "POST", "/v1/call?tool=wait");
    const std::string who = "pid " + std::to_string(Poco::Process::id());
    EXPECT_TRUE(comesTrue([&] { return ask("GET", "/v1/calls").second.find(who) != std::string::npos; }));
}

TEST_F(ControlServer, cancelsTheCallOfAPeerThatHasGone) {
    auto caller = connect();
    sendRequest(*caller, "POST", "/v1/call?tool=wait");
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 1; }));
    caller.reset();
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 0; }));
}

TEST_F(ControlServer, leavesThreadsToOthers) {
    std::vector<std::unique_ptr<HTTPClientSession>> callers;
    for (std::size_t i = 1; i <= Server::mostWaiting; ++i) {
        callers.push_back(connect());
        sendRequest(*callers.back(), "POST", "/v1/call?tool=wait");
        EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == i; }));
    }
    EXPECT_EQ(ask("GET", "/v1/watch").first, 429);
    EXPECT_EQ(ask("POST", "/v1/call?tool=wait").first, 429);
    EXPECT_EQ(ask("GET", "/healthz").first, 200);
}

/// One more than may be carried out and wait: it is in the log, in the audit and counted, as Api::refuse() has it.
TEST_F(ControlServer, accountsForTheRequestForWhichThereIsNoPlace) {
    _harness.agent.holds.with([](bool& held) { held = true; });
    std::vector<std::unique_ptr<HTTPClientSession>> operators;
    for (std::size_t i = 0; i <= Server::mostThreads + Server::mostQueued; ++i) {
        operators.push_back(connect());
        sendRequest(*operators.back(), "POST", "/v1/log-level?level=debug");
    }
    EXPECT_TRUE(comesTrue([&] { return _harness.api.refused() == 1; }));
    _harness.agent.holds.with([](bool& held) { held = false; });
    _harness.agent.holds.notify();
    std::map<int, std::size_t> statuses;
    for (const auto& each : operators) {
        HTTPResponse response;
        each->receiveResponse(response);
        ++statuses[response.getStatus()];
    }
    EXPECT_EQ(statuses, (std::map<int, std::size_t>{{200, operators.size() - 1}, {429, 1}}));
    EXPECT_EQ(_harness.agent.told().size(), operators.size() - 1);
}

/// Of those that are carried out, too, and of those that wait for that.
TEST_F(ControlServer, boundsTheBytesOfAllRequests) {
    const std::string body = R"({"text":")" + std::string(200'000, 'x') + R"("})";
    _server.reset();
    _server =
        *Server::start({.path = _path, .mostRequestBytes = 2 * (body.size() - RequestReader::freeBytes)}, _harness.api);
    std::vector<std::unique_ptr<HTTPClientSession>> callers;
    for (std::size_t i = 1; i <= 2; ++i) {
        callers.push_back(connect());
        sendRequest(*callers.back(), "POST", "/v1/call?tool=wait", body);
        ASSERT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == i; }));
    }
    EXPECT_EQ(ask("POST", "/v1/request?name=n", body).first, 429);
    EXPECT_EQ(ask("POST", "/v1/request?name=n", "short").first, 200);
    callers.clear();
    EXPECT_TRUE(comesTrue([&] { return ask("POST", "/v1/request?name=n", body).first == 200; }));
}

/// The answer is more than the kernel keeps for a peer that does not read.
TEST_F(ControlServer, waitsForNoPeerThatDoesNotReadItsAnswer) {
    _harness.agent.files.assign(16UL << 20U, 'x');
    _server.reset();
    _server = *Server::start({.path = _path, .answerLimit = std::chrono::milliseconds(100)}, _harness.api);
    std::vector<std::unique_ptr<HTTPClientSession>> idle;
    for (std::size_t i = 0; i < 3 * Server::mostWaiting; ++i) {
        idle.push_back(connect());
        sendRequest(*idle.back(), "GET", "/v1/diagnosis");
        EXPECT_EQ(ask("GET", "/healthz").first, 200);
    }
    EXPECT_TRUE(comesTrue([&] { return ask("GET", "/v1/findings").first == 200; }));
}

TEST_F(ControlServer, tellsOfCallsAsTheyComeAndGo) {
    const auto watcher = connect();
    sendRequest(*watcher, "GET", "/v1/watch");
    HTTPResponse response;
    auto& in = watcher->receiveResponse(response);
    std::string line;
    std::getline(in, line);
    EXPECT_EQ(line, R"({"calls":[],"left_out":0})");
    auto caller = connect();
    sendRequest(*caller, "POST", "/v1/call?tool=wait");
    std::getline(in, line);
    EXPECT_THAT(line, HasSubstr(R"("tool":"wait")"));
    caller.reset();
    while (line.find("wait") != std::string::npos && std::getline(in, line)) {
    }
    EXPECT_EQ(line, R"({"calls":[],"left_out":0})");
}

TEST_F(ControlServer, givesItsConnectionToAnMcpClient) {
    EXPECT_EQ(ask("GET", "/v1/mcp").first, 400);
    const auto client = connect();
    HTTPRequest request("GET", "/v1/mcp", "HTTP/1.1");
    request.set("Connection", "Upgrade");
    request.set("Upgrade", "mcp-lines");
    client->sendRequest(request).flush();
    HTTPResponse response;
    client->receiveResponse(response);
    ASSERT_EQ(response.getStatus(), 101);
    auto& socket = client->socket();
    socket.sendBytes("hello", 5);
    socket.shutdownSend();
    std::string answer(6, '\0');
    EXPECT_EQ(socket.receiveBytes(answer.data(), 6), 6);
    EXPECT_EQ(answer, "answer");
    EXPECT_EQ(socket.receiveBytes(answer.data(), 1), 0);
    EXPECT_THAT(_harness.agent.told(), testing::ElementsAre("mcp hello"));
}

TEST_F(ControlServer, stopsInTheMiddleOfCallsAndStreams) {
    const auto caller = connect();
    sendRequest(*caller, "POST", "/v1/call?tool=wait");
    const auto watcher = connect();
    sendRequest(*watcher, "GET", "/v1/watch");
    EXPECT_TRUE(comesTrue([&] { return _harness.execution.dispatcher.pending() == 1; }));
    _server->stop();
    EXPECT_EQ(_harness.execution.dispatcher.pending(), 0U);
    EXPECT_FALSE(std::filesystem::exists(_path));
}

TEST_F(ControlServer, leavesTheSocketToWhoHasIt) {
    const auto second = Server::start({_path, ""}, _harness.api);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Code::state);
    EXPECT_EQ(ask("GET", "/healthz").first, 200);
}

TEST_F(ControlServer, takesThePlaceOfOneThatHasDied) {
    _server.reset();
    {
        ServerSocket dead;
        dead.bind(SocketAddress(SocketAddress::UNIX_LOCAL, _path), false, false);
    }
    EXPECT_TRUE(std::filesystem::exists(_path));
    _server = started();
    EXPECT_EQ(ask("GET", "/healthz").first, 200);
}

}  // namespace
