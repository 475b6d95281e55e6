#include "mcp_server/line_server.h"

#include "tests/mcp_server/harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace aip::tests;
using aip::base::Descriptor;
using aip::mcp_server::LineServer;
using aip::mcp_server::LineServerSettings;
using testing::HasSubstr;

/// A client at the other ends of two pipes.
class PipeClient {
    Descriptor _write;
    Descriptor _read;
    std::string _rest;
    std::atomic<bool> _ended{false};

    static std::pair<Descriptor, Descriptor> pipe() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        return {Descriptor(ends[0]), Descriptor(ends[1])};
    }

  public:
    PipeClient(McpHarness& harness, LineServerSettings settings = {}) {
        auto in = pipe();
        auto out = pipe();
        _write = std::move(in.second);
        _read = std::move(out.first);
        settings.info = {"agent", "1", ""};
        server = std::make_unique<LineServer>(harness.execution.dispatcher, harness.offered, settings,
                                              std::move(in.first), std::move(out.second), [this] { _ended = true; });
    }

    void say(const std::string& line) { begin(line + "\n"); }
    void begin(const std::string& text) {
        EXPECT_EQ(::write(_write.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void closeInput() { _write = Descriptor(); }
    void closeOutput() { _read = Descriptor(); }
    bool ended() {
        return comesTrue([this] { return _ended.load(); });
    }
    /// The next line; empty at the end.
    std::string line() {
        for (;;) {
            if (const auto end = _rest.find('\n'); end != std::string::npos) {
                std::string found = _rest.substr(0, end);
                _rest.erase(0, end + 1);
                return found;
            }
            std::array<char, 4096> buffer{};
            const auto size = ::read(_read.get(), buffer.data(), buffer.size());
            if (size <= 0) {
                return {};
            }
            _rest.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }

    std::unique_ptr<LineServer> server;
};

TEST(LineServer, servesUntilTheClientClosesItsEnd) {
    McpHarness harness({workshop()});
    PipeClient client(harness);
    client.say(initialize);
    EXPECT_THAT(client.line(), HasSubstr("protocolVersion"));
    client.say("");
    client.say("rubbish");
    EXPECT_THAT(client.line(), HasSubstr("-32700"));
    client.say(callOf("1", "echo", R"({"x":")" + std::string(30'000, 'x') + "\"}"));
    client.say(callOf("2", "step"));
    client.closeInput();
    const std::string both = client.line() + client.line();
    EXPECT_THAT(both, HasSubstr(std::string(30'000, 'x')));
    EXPECT_THAT(both, HasSubstr(R"("id":2)"));
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, cancelsWhatTakesTooLongAtTheEnd) {
    McpHarness harness({workshop()});
    LineServerSettings settings;
    settings.drain = std::chrono::milliseconds(10);
    PipeClient client(harness, settings);
    client.say(initialize);
    client.say(callOf("1", "wait"));
    client.closeInput();
    EXPECT_THAT(client.line() + client.line(), HasSubstr("closed its end"));
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, cancelsAtOnceWhatAClientThatHasGoneHadAsked) {
    McpHarness harness({workshop()});
    PipeClient client(harness);
    client.say(initialize);
    client.line();
    client.say(callOf("1", "wait"));
    EXPECT_TRUE(comesTrue([&] { return harness.execution.dispatcher.pending() == 1; }));
    const auto begin = std::chrono::steady_clock::now();
    client.closeOutput();
    client.closeInput();
    EXPECT_TRUE(client.ended());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8)) << "the drain time is longer";
}

TEST(LineServer, stopsAtOnceIfItIsAsked) {
    McpHarness harness({workshop()});
    PipeClient client(harness);
    client.say(initialize);
    client.say(callOf("1", "wait"));
    client.line();
    EXPECT_TRUE(comesTrue([&] { return harness.execution.dispatcher.pending() == 1; }));
    client.server->stop();
    EXPECT_THAT(client.line(), HasSubstr("the agent stops"));
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, endsWhenNobodyReads) {
    McpHarness harness({workshop()});
    PipeClient client(harness);
    client.closeOutput();
    client.say(initialize);
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, isNotHeldUpByAClientThatDoesNotRead) {
    McpHarness harness({workshop()});
    LineServerSettings settings;
    settings.longestQueue = 100'000;
    PipeClient client(harness, settings);
    client.say(initialize);
    for (int i = 1; i <= 5; ++i) {  // fills the pipe, then half of the queue
        client.say(callOf(std::to_string(i), "echo", R"({"x":")" + std::string(40'000, 'x') + "\"}"));
    }
    client.server->stop();
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, waitsForAClientThatReadsLate) {
    McpHarness harness({workshop()});
    PipeClient client(harness);
    client.say(initialize);
    client.say(callOf("1", "echo", R"({"x":")" + std::string(400'000, 'x') + "\"}"));  // more than the pipe takes
    const auto late = std::chrono::steady_clock::now() + std::chrono::milliseconds(400);
    EXPECT_TRUE(comesTrue([late] { return std::chrono::steady_clock::now() > late; }));
    EXPECT_THAT(client.line(), HasSubstr("protocolVersion"));
    EXPECT_GT(client.line().size(), 400'000U);
}

TEST(LineServer, leavesAClientThatTakesNothing) {
    McpHarness harness({workshop()});
    LineServerSettings settings;
    settings.patience = std::chrono::milliseconds(50);
    PipeClient client(harness, settings);
    client.say(initialize);
    client.say(callOf("1", "echo", R"({"x":")" + std::string(400'000, 'x') + "\"}"));  // more than the pipe takes
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, leavesAClientWhoseLongLineHasNoEnd) {
    McpHarness harness({workshop()});
    LineServerSettings settings;
    settings.patience = std::chrono::milliseconds(50);
    PipeClient client(harness, settings);
    client.say(initialize);
    EXPECT_THAT(client.line(), HasSubstr("protocolVersion"));
    client.begin(std::string(100'000, 'x'));
    EXPECT_TRUE(client.ended());
}

TEST(LineServer, leavesAClientWithALineTooLong) {
    McpHarness harness({workshop()});
    LineServerSettings settings;
    settings.longestLine = 1000;
    PipeClient client(harness, settings);
    client.say(std::string(5'000, 'x'));
    EXPECT_TRUE(client.ended());
}

}  // namespace
