#include "mcp_server/http_server.h"
#include "tests/mcp_server/harness.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace aip::tests;
using namespace std::chrono_literals;
using aip::mcp_server::HttpServer;
using aip::mcp_server::HttpServerSettings;
using aip::mcp_server::HttpTimes;
using Poco::Net::StreamSocket;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string post =
    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\n";

/// Clients that POCO's own would not be: what they send is written byte by byte.
class SlowClientsTest : public testing::Test {
  protected:
    McpHarness _harness{Slots{workshop()}};
    std::unique_ptr<HttpServer> _server = start();

    std::unique_ptr<HttpServer> start() {
        HttpServerSettings settings;
        settings.rules.key = "k";
        settings.rules.hosts = {"127.0.0.1"};
        settings.longestBody = 1000;
        settings.times.head = settings.times.body = 300ms;
        auto server = HttpServer::start(_harness.execution.dispatcher, _harness.offered, settings);
        EXPECT_TRUE(server);
        return server ? *std::move(server) : nullptr;
    }

    StreamSocket connect() const { return StreamSocket(Poco::Net::SocketAddress("127.0.0.1", _server->port())); }

    /// What comes until the server ends the connection.
    static std::string rest(StreamSocket& socket) {
        std::string all;
        try {
            std::array<char, 4096> space{};
            for (int got = 1; got > 0;) {
                got = socket.receiveBytes(space.data(), static_cast<int>(space.size()));
                all.append(space.data(), static_cast<std::size_t>(std::max(got, 0)));
            }
        } catch (const Poco::Exception&) {  // reset: what was sent stays unread
        }
        return all;
    }

    /// What comes until the server ends the connection. `isAll`: the client closes its sending half.
    std::string answersTo(const std::string& requests, bool isAll = false) const {
        auto socket = connect();
        socket.sendBytes(requests.data(), static_cast<int>(requests.size()));
        if (isAll) {
            socket.shutdownSend();
        }
        return rest(socket);
    }

    /// Sends `begin` and then `drop`, again and again, until the server answers or ends the connection.
    std::string drip(const std::string& begin, const std::string& drop) const {
        auto socket = connect();
        socket.sendBytes(begin.data(), static_cast<int>(begin.size()));
        try {
            while (!socket.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ)) {
                socket.sendBytes(drop.data(), static_cast<int>(drop.size()));
            }
        } catch (const Poco::Exception&) {  // the connection has ended
        }
        return rest(socket);
    }
};

TEST_F(SlowClientsTest, headsEndInTime) {
    for (const auto& [begin, drop] : std::vector<std::pair<std::string, std::string>>{
             {"", "\r"}, {"P", "O"}, {"POST /mc", "p"}, {post, "x"}, {post + "X: ", "y"}, {post, "X: y\r\n"}}) {
        EXPECT_THAT(drip(begin, drop), AnyOf(IsEmpty(), StartsWith("HTTP/1.1 4"))) << begin << drop;
    }
}

TEST_F(SlowClientsTest, bodiesEndInTime) {
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (const auto& [begin, drop] :
         std::vector<std::pair<std::string, std::string>>{{post + "Content-Length: 900\r\n\r\n", " "},
                                                          {chunked, "0"},
                                                          {chunked + "5;", "x"},
                                                          {chunked, "1\r\n \r\n"}}) {
        EXPECT_THAT(drip(begin, drop), AnyOf(IsEmpty(), StartsWith("HTTP/1.1 4"))) << begin << drop;
    }
    EXPECT_THAT(drip(post + "Content-Length: 900\r\n\r\n", " "), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(drip(chunked + "5;", "x"), StartsWith("HTTP/1.1 408"));
}

TEST_F(SlowClientsTest, aHeadHasALimitOfBytes) {
    auto socket = connect();
    std::string head = post;
    for (int i = 0; i < 90; ++i) {
        head += "X: " + std::string(1'000, 'x') + "\r\n";
    }
    head += "Content-Length: 0\r\n\r\n";
    try {
        socket.sendBytes(head.data(), static_cast<int>(head.size()));
    } catch (const Poco::Exception&) {  // it has ended already
    }
    EXPECT_THAT(rest(socket), AnyOf(IsEmpty(), StartsWith("HTTP/1.1 4")));
}

TEST_F(SlowClientsTest, aHeadWithoutAnEndIsNotObeyed) {
    auto socket = connect();
    const std::string head = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k";
    socket.sendBytes(head.data(), static_cast<int>(head.size()));
    socket.shutdownSend();
    EXPECT_THAT(rest(socket), AnyOf(IsEmpty(), StartsWith("HTTP/1.1 400")));
}

std::string chunk(const std::string& bytes) {
    std::ostringstream text;
    text << std::hex << bytes.size() << "\r\n" << bytes << "\r\n";
    return text.str();
}

TEST_F(SlowClientsTest, aBodyInChunksIsObeyedAsAWholeOrNotAtAll) {
    const std::string begin = post + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(initialize);
    for (const auto& end : std::vector<std::string>{"", "0", "0\r\n", "0\r\nTrailer: x\r\n", "ZZZ\r\n\r\n",
                                                    "-1\r\n\r\n", "0x0\r\n\r\n", "\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
                                                    "1 1\r\nx\r\n0\r\n\r\n", "fffffffffffffffff\r\n"}) {
        EXPECT_THAT(answersTo(begin + end, true), StartsWith("HTTP/1.1 4")) << end;
    }
    EXPECT_THAT(answersTo(begin + "0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(SlowClientsTest, aBodyIsAnnouncedOnceAndValidly) {
    const std::string end = "\r\n\r\n" + initialize;
    for (const auto& fields : std::vector<std::string>{
             "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Content-Length: 100000",
             "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nTransfer-Encoding: chunked"}) {
        EXPECT_THAT(answersTo(post + fields + end, true), StartsWith("HTTP/1.1 4")) << fields;
    }
    EXPECT_THAT(answersTo(post + "Content-Length : 5" + end, true), HasSubstr("has blanks"));
}

TEST_F(SlowClientsTest, aBodyWhereNoneBelongsIsNoSecondRequest) {
    const std::string second = "DELETE /mcp HTTP/1.1\r\n\r\n";
    const std::string answers = answersTo(
        "GET" + post.substr(4) + "Content-Length: " + std::to_string(second.size()) + "\r\n\r\n" + second, true);
    EXPECT_THAT(answers, StartsWith("HTTP/1.1 400"));
    EXPECT_EQ(answers.find("HTTP/1.1", 1), std::string::npos);
}

TEST_F(SlowClientsTest, requestsInARowAreAllAnswered) {
    const std::string length = "Content-Length: " + std::to_string(initialize.size()) + "\r\n\r\n" + initialize;
    const std::string chunks = "Transfer-Encoding: chunked\r\n\r\n" + chunk(initialize) + "0\r\n\r\n";
    const std::string answers = answersTo(post + length + post + chunks + post + "Connection: close\r\n" + length);
    std::size_t count = 0;
    for (auto at = answers.find("HTTP/1.1 200"); at != std::string::npos; at = answers.find("HTTP/1.1 200", at + 1)) {
        ++count;
    }
    EXPECT_EQ(count, 3U) << answers;
}

TEST_F(SlowClientsTest, whoSendsMoreThanIsTakenHearsWhy) {
    auto socket = connect();
    const std::string body(1UL << 20U, ' ');
    const std::string request = post + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    EXPECT_EQ(socket.sendBytes(request.data(), static_cast<int>(request.size())), static_cast<int>(request.size()));
    EXPECT_THAT(rest(socket), StartsWith("HTTP/1.1 413"));
}

TEST_F(SlowClientsTest, tooManyAreTurnedAwayWithAWord) {
    std::vector<StreamSocket> clients;
    for (int i = 0; i < HttpServer::mostThreads + HttpServer::mostWaiting; ++i) {
        clients.push_back(connect());
    }
    auto late = connect();
    while (clients.size() < 1'000 && !late.poll(Poco::Timespan(0, 200'000), Poco::Net::Socket::SELECT_READ)) {
        clients.push_back(late);  // in the place of one that came while threads began
        late = connect();
    }
    const std::string answer = rest(late);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("\r\nRetry-After: "));
    clients.clear();
    EXPECT_TRUE(comesTrue([this] { return !drip("GET / HTTP/1.1\r\n\r\n", "").starts_with("HTTP/1.1 503"); }));
}

}  // namespace
