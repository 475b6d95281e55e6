#include "mcp_server/http_server.h"
#include "tests/mcp_server/harness.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
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
        auto server = HttpServer::start(_harness.execution.dispatcher, _harness.catalogue, settings);
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
