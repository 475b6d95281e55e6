#include "mcp_server/client_door.h"

#include "tests/mcp_server/harness.h"
#include "tests/support/fake_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace aip::tests;
using aip::mcp::ToClient;
using aip::mcp_server::ClientDoor;
using aip::mcp_server::ClientLimits;
using testing::HasSubstr;

/// A client of the door, and what it is sent.
class Client {
    aip::base::Guarded<std::vector<ToClient>> _got;

  public:
    explicit Client(McpHarness& harness, ClientLimits limits = {}, const std::string& opening = initialize)
        : door(harness.execution.dispatcher, harness.offered, {"agent", "1", ""}, "one", limits,
               [this](ToClient message) {
                   _got.with([&](auto& got) { got.push_back(std::move(message)); });
                   _got.notify();
               }) {
        door.received(opening);
        answer("0");
    }

    /// The answer to a request, once it is there.
    std::string answer(const std::string& request) {
        const auto find = [&](const auto& got) {
            return std::find_if(got.begin(), got.end(), [&](const auto& m) { return m.last && m.request == request; });
        };
        return _got.waitUntil(
            std::chrono::steady_clock::now() + std::chrono::seconds(20),
            [&](const auto& got) { return find(got) != got.end(); },
            [&](const auto& got) { return find(got) == got.end() ? std::string("no answer") : find(got)->text; });
    }
    std::size_t count() {
        return _got.with([](const auto& got) { return got.size(); });
    }
    std::string text(std::size_t at) {
        return _got.with([at](const auto& got) { return got.at(at).text; });
    }

    ClientDoor door;
};

TEST(ClientDoor, boundsWhatAllClientsLeaveUntaken) {
    McpHarness harness({workshop()});
    ClientLimits limits;
    limits.untaken = std::make_shared<aip::base::ByteBudget>(250'000);
    const std::string large = "{\"a\":\"" + std::string(100'000, 'x') + "\"}";
    auto idle = std::make_unique<Client>(harness, limits);
    idle->door.received(callOf("1", "echo", large));
    EXPECT_THAT(idle->answer("1"), HasSubstr("xxx"));
    Client other(harness, limits);
    other.door.received(callOf("1", "echo", large));
    EXPECT_THAT(other.answer("1"), HasSubstr("xxx"));
    other.door.received(callOf("2", "echo", large));
    EXPECT_THAT(other.answer("2"), HasSubstr("bytes; those that clients do not take leave no room for it"));
    EXPECT_THAT(other.answer("2"), HasSubstr(R"("isError":true,"_meta":{"aip/code":8})"));
    other.door.received(callOf("3", "echo", R"({"a":"b"})"));
    EXPECT_THAT(other.answer("3"), HasSubstr(R"(\"a\":\"b\")"));
    idle.reset();
    other.door.received(callOf("4", "echo", large));
    EXPECT_THAT(other.answer("4"), HasSubstr("xxx"));
}

TEST(ClientDoor, callsTheToolsOfTheDevice) {
    McpHarness harness({workshop()});
    Client client(harness);
    client.door.received(callOf("1", "echo", R"({"a":"b"})"));
    EXPECT_THAT(client.answer("1"), HasSubstr(R"("content":[{"type":"text","text":"{\"a\":\"b\"}"}])"));
    client.door.received(callOf("2", "fail"));
    EXPECT_THAT(client.answer("2"), HasSubstr(R"("text":"not \"you\""}],"isError":true,"_meta":{"aip/code":6})"));
    client.door.received(callOf("3", "strict", R"({"n":"x"})"));
    EXPECT_THAT(client.answer("3"), HasSubstr("Input validation error: "));
    client.door.received(callOf("4", "nothing"));
    EXPECT_THAT(client.answer("4"), HasSubstr("-32602"));
}

/// Whoever refuses them: the session, the door, the agent that stops.
TEST(ClientDoor, hasRecordsOfTheCallsThatAreRefused) {
    FakeTrail trail;
    McpHarness harness({workshop()}, trail);
    Client client(harness, {.held = 10});
    client.door.received(callOf("1", "nothing"));
    client.answer("1");
    client.door.received(callOf("2", "echo", "[]"));
    client.answer("2");
    client.door.received(callOf("3", "wait"));
    client.door.received(callOf("4", "echo"));
    client.answer("4");
    client.door.cancelAll("over");
    client.answer("3");
    harness.execution.dispatcher.close();
    client.door.received(callOf("5", "echo"));
    client.answer("5");
    EXPECT_THAT(trail.taken(), testing::ElementsAre("begun nothing agent NOT_FOUND", "ended agent NOT_FOUND 0",
                                                    "begun echo agent INVALID", "ended agent INVALID 0",
                                                    "begun workshop action::wait allowed", "begun echo agent EXHAUSTED",
                                                    "ended agent EXHAUSTED 0", "ended tool CANCELLED 0",
                                                    "begun echo agent UNAVAILABLE", "ended agent UNAVAILABLE 0"));
}

/// Also of those that are refused.
TEST(ClientDoor, hasTheSenderOfEachMessageInTheRecords) {
    FakeTrail trail;
    McpHarness harness({workshop()}, trail);
    Client client(harness);
    client.door.received(callOf("1", "echo"), "127.0.0.1:4000");
    client.answer("1");
    client.door.received(callOf("2", "nothing"), "127.0.0.1:4001");
    client.answer("2");
    client.door.received(callOf("3", "echo"));
    client.answer("3");
    EXPECT_THAT(trail.takenPeers(), testing::ElementsAre("127.0.0.1:4000", "127.0.0.1:4001", ""));
}

TEST(ClientDoor, tellsProgressToWhoWantsIt) {
    McpHarness harness({workshop()});
    Client client(harness);
    client.door.received(callOf("1", "step"));
    client.answer("1");
    EXPECT_EQ(client.count(), 2U);
    client.door.received(callOf("2", "step", "{}", R"(,"_meta":{"progressToken":9})"));
    client.answer("2");
    ASSERT_EQ(client.count(), 4U);
    EXPECT_THAT(client.text(2), HasSubstr(R"({"progressToken":9,"progress":500,"total":1000,"message":"half"})"));
}

TEST(ClientDoor, answersInTheOrderInWhichCallsEnd) {
    McpHarness harness({workshop()});
    Client client(harness);
    client.door.received(callOf("1", "wait"));
    client.door.received(callOf("2", "echo"));
    EXPECT_THAT(client.answer("2"), HasSubstr("content"));
    EXPECT_FALSE(client.door.waitUntilAnswered(std::chrono::milliseconds(0)));
    client.door.cancelAll("over");
    EXPECT_THAT(client.answer("1"), HasSubstr("over"));
    EXPECT_TRUE(client.door.waitUntilAnswered(std::chrono::seconds(20)));
}

TEST(ClientDoor, aCancelledCallMayHaveAnHeir) {
    McpHarness harness({workshop()});
    Client client(harness);
    client.door.received(callOf("1", "wait"));
    client.door.received(cancelOf("1"));
    client.door.received(callOf("1", "echo", R"({"second":1})"));
    EXPECT_THAT(client.answer("1"), HasSubstr("second"));
    EXPECT_TRUE(client.door.waitUntilAnswered(std::chrono::seconds(20)));
    EXPECT_EQ(client.count(), 2U);
}

TEST(ClientDoor, endsWithItsCalls) {
    const auto slot = workshop();
    McpHarness harness({slot});
    {
        Client client(harness);
        for (int i = 1; i <= 50; ++i) {
            client.door.received(callOf(std::to_string(i), i % 2 == 0 ? "wait" : "step"));
        }
    }
    EXPECT_EQ(harness.execution.dispatcher.pending(), 0U);
}

TEST(ClientDoor, holdsABoundedNumberOfBytes) {
    McpHarness harness({workshop()});
    Client client(harness, {.answer = 1000, .held = 10'000});
    client.door.received(callOf("1", "echo", R"({"x":")" + std::string(20'000, 'x') + "\"}"));
    EXPECT_THAT(client.answer("1"), HasSubstr(R"("aip/code":8)"));
    client.door.received(callOf("2", "wait"));
    client.door.received(callOf("3", "echo", R"({"x":")" + std::string(20'000, 'x') + "\"}"));
    EXPECT_THAT(client.answer("3"), HasSubstr("are too large"));
}

TEST(ClientDoor, countsTheBytesOfABatchOnce) {
    McpHarness harness({workshop()});
    const std::string opening =
        R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26"}})";
    Client client(harness, {.answer = 100'000, .held = 10'000}, opening);
    const std::string text(3'000, 'x');
    const std::string arguments = R"({"x":")" + text + "\"}";
    client.door.received("[" + callOf("1", "wait") + "," + callOf("2", "echo", arguments) + "," +
                         callOf("3", "echo", arguments) + "]");
    EXPECT_THAT(client.answer("2"), HasSubstr(text));
    EXPECT_THAT(client.answer("3"), HasSubstr(text));
    client.door.received(callOf("4", "echo", R"({"x":")" + std::string(9'000, 'x') + "\"}"));
    EXPECT_THAT(client.answer("4"), HasSubstr("are too large"));
}

TEST(ClientDoor, refusesNewCallsOfAnAgentThatStopsWhileThoseThatRunMayEnd) {
    McpHarness harness({workshop()});
    Client client(harness);
    client.door.received(callOf("1", "wait"));
    harness.execution.dispatcher.close();
    client.door.received(callOf("2", "echo"));
    EXPECT_THAT(client.answer("2"), HasSubstr("the agent is stopping: it takes no new calls"));
    EXPECT_EQ(harness.execution.dispatcher.pending(), 1U);
    client.door.cancelAll("enough");
    EXPECT_THAT(client.answer("1"), HasSubstr("enough"));
}

TEST(ClientDoor, leavesPlacesToTheServer) {
    McpHarness harness({workshop()});
    Client client(harness);
    auto& dispatcher = harness.execution.dispatcher;
    std::vector<aip::execution::Places::Place> taken;
    while (auto place = dispatcher.clientPlaces().take()) {
        taken.push_back(*std::move(place));
    }
    client.door.received(callOf("1", "echo"));
    EXPECT_THAT(client.answer("1"), HasSubstr("too many calls"));
    EXPECT_TRUE(dispatcher.places().take());
    taken.pop_back();
    client.door.received(callOf("2", "echo"));
    EXPECT_THAT(client.answer("2"), HasSubstr("content"));
}

TEST(ClientDoor, saysWhenThereAreOtherTools) {
    McpHarness harness({workshop()});
    Client client(harness);
    client.door.toolsChanged();
    EXPECT_EQ(client.count(), 1U);
    harness.router.replace(everythingOf({}));
    client.door.toolsChanged();
    client.door.toolsChanged();
    ASSERT_EQ(client.count(), 2U);
    EXPECT_THAT(client.text(1), HasSubstr("notifications/tools/list_changed"));
}

TEST(ClientDoor, onlyAListTellsWhatThereIs) {
    McpHarness harness({workshop()});
    Client client(harness);
    harness.router.replace(everythingOf({}));
    client.door.received(R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
    client.door.toolsChanged();
    ASSERT_EQ(client.count(), 3U);
    EXPECT_THAT(client.text(2), HasSubstr("notifications/tools/list_changed"));
    harness.router.replace(everythingOf({workshop()}));
    client.door.received(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
    client.door.toolsChanged();
    EXPECT_EQ(client.count(), 4U);
}

}  // namespace
