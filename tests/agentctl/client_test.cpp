#include "client.h"

#include "tests/support/temporary_folder.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace aip::tests;
using namespace Poco::Net;
using namespace std::chrono_literals;
using aip::agentctl::Client;
using aip::base::Code;
using testing::HasSubstr;

class OperatorsClient : public testing::Test {
  protected:
    const TemporaryFolder _folder;
    const std::string _path = _folder / "control.sock";
    const Client _client{_path, 5s};
    ServerSocket _server;
    std::string _asked;
    std::thread _agent;

    void listen() {
        _server.bind(SocketAddress(SocketAddress::UNIX_LOCAL, _path), false, false);
        _server.listen(1);
    }

    /// Accepts one connection, reads what comes first, and says this.
    void say(const std::string& text) {
        listen();
        _agent = std::thread([this, text] {
            StreamSocket socket = _server.acceptConnection();
            std::array<char, 4'096> request{};
            _asked.assign(request.data(),
                          static_cast<std::size_t>(socket.receiveBytes(request.data(), request.size())));
            socket.sendBytes(text.data(), static_cast<int>(text.size()));
        });
    }

    ~OperatorsClient() override {
        if (_agent.joinable()) {
            _agent.join();
        }
    }
};

TEST_F(OperatorsClient, asksAndGetsAnAnswer) {
    say("HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\n{\"a\":1}\n");
    const auto answer = _client.ask({.method = "POST", .path = "/v1/x", .values = {{"id", "a&b c"}}, .body = "text"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404);
    EXPECT_EQ(answer->body, "{\"a\":1}");
    _agent.join();
    EXPECT_THAT(_asked, HasSubstr("POST /v1/x?id=a%26b%20c HTTP/1.1\r\n"));
}

TEST_F(OperatorsClient, saysThatThereIsNoSocket) {
    const auto answer = _client.ask({.path = "/"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::unavailable);
    EXPECT_THAT(answer.error().text(), HasSubstr(_path + ": there is no such socket"));
}

TEST_F(OperatorsClient, saysThatTheAgentHasEnded) {
    listen();
    _server.close();
    const auto answer = _client.ask({.path = "/"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::unavailable);
    EXPECT_THAT(answer.error().text(), HasSubstr("has ended"));
}

TEST_F(OperatorsClient, saysThatItHasNoPermission) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root has all";
    }
    listen();
    ASSERT_EQ(::chmod(_path.c_str(), 0), 0);
    const auto answer = _client.ask({.path = "/"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::denied);
}

TEST_F(OperatorsClient, doesNotWaitForEver) {
    listen();
    const auto answer = _client.ask({.path = "/"}, 50ms);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::deadline);
}

TEST_F(OperatorsClient, knowsWhatIsNotAnAgent) {
    say("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    const auto answer = _client.ask({.path = "/"});
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().text(), HasSubstr(_path));
}

TEST_F(OperatorsClient, saysThatAnAnswerIsCut) {
    say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    const auto answer = _client.ask({.path = "/"});
    EXPECT_FALSE(answer);
}

TEST_F(OperatorsClient, refusesAPathThatIsTooLong) {
    const auto answer = Client("/tmp/" + std::string(200, 'x'), 5s).ask({.path = "/"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::invalid);
}

TEST_F(OperatorsClient, followsUntilTheAgentHasEnded) {
    say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n2\r\nb\n\r\n");
    std::string lines;
    const auto answer = _client.follow({.path = "/"}, [&](std::string_view line) {
        lines.append(line) += ';';
        return true;
    });
    EXPECT_EQ(lines, "a;b;");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::unavailable);
}

TEST_F(OperatorsClient, followsAsLongAsItIsWanted) {
    say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n");
    EXPECT_TRUE(_client.follow({.path = "/"}, [](std::string_view) { return false; }));
}

}  // namespace
