#include "app/line_clients.h"

#include "tests/mcp_server/harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <string_view>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace aip::tests;
using aip::app::LineClients;
using aip::base::Descriptor;
using testing::HasSubstr;

class LineClientsTest : public testing::Test {
  protected:
    McpHarness _harness{Slots{}};
    LineClients _clients{_harness.execution.dispatcher, _harness.offered, {{"agent", "1", ""}}};
    Descriptor _client;
    std::atomic<bool> _agentStops{false};
    std::thread _served{[this, end = std::make_shared<Descriptor>(pair())] {
        _clients.serve(end->duplicate(), end->duplicate(), "a client", [this] { return _agentStops.load(); });
    }};

    /// One end is the client's.
    Descriptor pair() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        _client = Descriptor(ends[0]);
        return Descriptor(ends[1]);
    }

    std::string ask(const std::string& line) {
        EXPECT_EQ(::write(_client.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
        std::string answer;
        for (char c = 0; c != '\n' && ::read(_client.get(), &c, 1) == 1;) {
            answer += c;
        }
        return answer;
    }
};

constexpr auto ping = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}\n";

TEST_F(LineClientsTest, serveAClientUntilItHasClosedItsEnd) {
    EXPECT_THAT(ask(ping), HasSubstr("\"id\":7"));
    _clients.toolsChanged();
    ::shutdown(_client.get(), SHUT_WR);
    _served.join();
}

TEST_F(LineClientsTest, endWhenTheyAreStopped) {
    EXPECT_THAT(ask(ping), HasSubstr("\"id\":7"));
    _clients.stop();
    _served.join();
    _clients.serve(pair(), Descriptor(), "late", [] { return false; });
}

TEST_F(LineClientsTest, endWithTheAgent) {
    EXPECT_THAT(ask(ping), HasSubstr("\"id\":7"));
    _agentStops = true;
    _served.join();
}

/// A client that only speaks, and the thread that serves it.
class Speaker {
    std::array<int, 2> _ends = pair();
    Descriptor _own{_ends[0]};
    std::thread _served;

    static std::array<int, 2> pair() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        return ends;
    }

  public:
    explicit Speaker(LineClients& clients)
        : _served([&clients, end = std::make_shared<Descriptor>(_ends[1])] {
              auto in = end->duplicate();
              clients.serve(std::move(in), std::move(*end), "a client", [] { return false; });
          }) {}
    ~Speaker() {
        _own = Descriptor();
        _served.join();
    }
    Speaker(const Speaker&) = delete;
    Speaker& operator=(const Speaker&) = delete;

    /// Until nobody listens any more.
    void say(std::string_view text) {
        while (!text.empty()) {
            const auto size = ::send(_own.get(), text.data(), text.size(), MSG_NOSIGNAL);
            if (size <= 0) {
                return;
            }
            text.remove_prefix(static_cast<std::size_t>(size));
        }
    }
    bool isLeft() {
        char c = 0;
        return ::recv(_own.get(), &c, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN;
    }
};

TEST(LineClients, mayAskSoMuchTogether) {
    McpHarness harness{Slots{}};
    aip::mcp_server::LineServerSettings settings;
    settings.info = {"agent", "1", ""};
    settings.limits.held = 100'000;
    settings.longestLine = 300'000;
    LineClients clients(harness.execution.dispatcher, harness.offered, settings);
    const std::string unfinished(300'000, ' ');
    Speaker one(clients);
    one.say(unfinished);
    EXPECT_FALSE(one.isLeft());
    Speaker other(clients);
    other.say(unfinished);
    EXPECT_TRUE(comesTrue([&] { return one.isLeft() || other.isLeft(); }));
}

}  // namespace
