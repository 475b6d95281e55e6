#include "runner/tool_session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace aip;
using hosting::Call;
using hosting::Outcome;
using runner::ToolSession;
using runner::ToolSessionSettings;

const ToolSession::TimePoint start{std::chrono::hours(1)};

std::shared_ptr<Call> callOf(const std::string& tool, const std::string& id, const std::string& parameters = "{}") {
    struct Texts {
        std::string tool;
        std::string parameters;
    };
    auto texts = std::make_shared<Texts>(Texts{tool, parameters});
    Call::Request request;
    request.id = id;
    request.tool = texts->tool;
    request.toolType = "action";
    request.parameters = texts->parameters;
    request.owner = texts;
    request.deadline = std::chrono::steady_clock::now() + 1h;
    return std::make_shared<Call>(std::move(request), Call::Completion());
}

ToolSessionSettings serverSettings() {
    ToolSessionSettings settings;
    settings.client = {mcp::Protocol::legacy, false};
    settings.rules.emplace();
    settings.rules->nameSpace = "N";
    settings.patience = 10s;
    settings.maxResultSize = 100;
    return settings;
}

/// A session, and what its effects tell.
struct Driver {
    explicit Driver(const ToolSessionSettings& settings = serverSettings()) : session(settings) {
        carryOut(session.open());
        says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    }
    Driver& opened(const std::string& tools = R"({"name":"a","inputSchema":{}})") {
        says(R"({"id":2,"result":{"tools":[)" + tools + "]}}");
        return *this;
    }

    void carryOut(ToolSession::Effects effects) {
        hangs = effects.hangs.empty() ? hangs : effects.hangs;
        opens += effects.opened ? 1 : 0;
        lists += effects.listed ? 1 : 0;
        for (const auto& message : effects.send) {
            sent.push_back(message.method.empty() ? message.json : std::string(message.method));
        }
        log.insert(log.end(), effects.warnings.begin(), effects.warnings.end());
        runner::tell(effects, {}, files);
    }
    void says(const std::string& line) { carryOut(session.take(line, now)); }
    void invoke(const std::shared_ptr<Call>& call) {
        carryOut(session.invoke(
            call, {}, [this](Outcome outcome) { outcomes.push_back(std::move(outcome)); }, now));
    }
    void turn() { carryOut(session.turn(now)); }

    ToolSession session;
    ToolSession::TimePoint now = start;
    std::vector<std::string> sent{};
    std::vector<std::string> log{};
    std::vector<Outcome> outcomes{};
    std::optional<hosting::ArtifactPort> files{};
    std::string hangs{};
    int opens = 0;
    int lists = 0;
};

TEST(ToolSession, opensWithTheListOfAServer) {
    Driver driver;
    EXPECT_FALSE(driver.session.opening());
    driver.opened(R"({"name":"a","inputSchema":{}},{"name":"b"})");
    ASSERT_TRUE(driver.session.opening());
    EXPECT_TRUE(*driver.session.opening());
    EXPECT_EQ(driver.opens, 1);
    EXPECT_EQ(driver.lists, 0);
    EXPECT_NE(driver.session.tools().find(R"("name":"a")"), std::string::npos);
    EXPECT_EQ(driver.log, std::vector<std::string>{"tool 'b' is left out: its inputSchema is not an object"});
}

TEST(ToolSession, handsALargeResultOverInPieces) {
    const std::string text(100'000, 't');
    const std::string line = R"({"id":3,"result":{"content":[{"type":"text","text":")" + text + R"("}]}})";
    for (const bool keeps : {true, false}) {
        auto settings = serverSettings();
        settings.maxResultSize = text.size() + 2;
        Driver driver(settings);
        driver.opened();
        std::string kept;
        const auto keeper = [&](const runner::Hosted::Pieces& pieces) {
            for (const auto piece : pieces) {
                kept += piece;
            }
            return keeps;
        };
        driver.carryOut(driver.session.invoke(
            callOf("a", "c"), keeper, [&](Outcome outcome) { driver.outcomes.push_back(std::move(outcome)); },
            driver.now));
        driver.says(line);
        ASSERT_EQ(driver.outcomes.size(), 1U);
        EXPECT_TRUE(driver.outcomes[0].ok());
        EXPECT_TRUE(kept == "\"" + text + "\"");
        EXPECT_TRUE(driver.outcomes[0].json == (keeps ? "" : kept));
    }
}

TEST(ToolSession, refusesALargeResultThatIsTooLarge) {
    const std::string text(100'000, 't');
    auto settings = serverSettings();
    settings.maxResultSize = text.size() + 1;
    Driver driver(settings);
    driver.opened();
    driver.invoke(callOf("a", "c"));
    driver.says(R"({"id":3,"result":{"content":[{"type":"text","text":")" + text + R"("}]}})");
    ASSERT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.outcomes[0].error, "the result has 100002 bytes, the limit is 100001");
}

TEST(ToolSession, refusesAProgramThatDoesNotKeepWhatItsManifestPromises) {
    ToolSessionSettings settings;
    settings.promised = {"a", "z"};
    Driver driver(settings);
    driver.opened();
    ASSERT_TRUE(driver.session.opening());
    EXPECT_EQ(driver.session.opening()->error().line(),
              "tool-missing: the manifest promises z, the program does not list it");
}

TEST(ToolSession, listsAgainAfterAChangeAndToldOnlyIfItIsOne) {
    Driver driver;
    driver.opened();
    const std::string changed = R"({"method":"notifications/tools/list_changed"})";
    for (int i = 0; i < 50; ++i) {
        driver.says(changed);
    }
    EXPECT_EQ(driver.session.next(), start + mcp::Relist::pause);
    driver.now += mcp::Relist::pause;
    driver.turn();
    EXPECT_EQ(driver.sent.back(), "tools/list");
    driver.says(R"({"id":3,"result":{"tools":[{"name":"a","inputSchema":{}}]}})");
    EXPECT_EQ(driver.lists, 0);
    driver.says(changed);
    driver.now += 2s;
    driver.turn();
    driver.says(R"({"id":4,"result":{"tools":[]}})");
    EXPECT_EQ(driver.lists, 1);
    driver.invoke(callOf("a", "c"));
    ASSERT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.outcomes[0].code, base::Code::notFound);
}

TEST(ToolSession, endsACallThatNeitherAnswersNorReports) {
    Driver driver;
    driver.opened();
    driver.invoke(callOf("a", "c"));
    driver.now += 9s;
    driver.says(R"({"method":"notifications/progress","params":{"progressToken":3,"progress":1}})");
    driver.now += 9s;
    driver.turn();
    EXPECT_TRUE(driver.outcomes.empty());
    driver.now += 1s;
    driver.turn();
    ASSERT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.outcomes[0].code, base::Code::deadline);
    EXPECT_EQ(driver.outcomes[0].error, "the server has neither answered nor reported progress for 10 s");
    EXPECT_EQ(driver.sent.back(), "notifications/cancelled");
    driver.says(R"({"id":3,"result":{}})");
    EXPECT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.log.back(), "it wrote an answer to a call that was given up: it is dropped");
}

/// Calls a tool that is not answered in time.
void callInVain(Driver& driver, const std::string& id) {
    driver.invoke(callOf("a", id));
    driver.now += 10s;
    driver.turn();
    EXPECT_EQ(driver.outcomes.back().code, base::Code::deadline);
}

ToolSessionSettings ofAProcess() {
    auto settings = serverSettings();
    settings.endsIfHanging = true;
    return settings;
}

TEST(ToolSession, endsAServerThatIsSilentWhileSomebodyWaits) {
    Driver driver(ofAProcess());
    driver.opened();
    callInVain(driver, "c");
    EXPECT_EQ(driver.sent.back(), "ping");
    EXPECT_EQ(driver.session.next(), ToolSession::TimePoint::max());
    callInVain(driver, "d");
    EXPECT_EQ(driver.sent.back(), "notifications/cancelled");  // no second ping
    driver.now += 19s;
    driver.says("debug: I am well");  // what is not a message is no sign of life
    driver.turn();
    EXPECT_EQ(driver.hangs, "");
    EXPECT_EQ(driver.session.next(), driver.now + 1s);
    driver.now += 1s;
    driver.turn();
    EXPECT_EQ(driver.hangs, "it hangs: it has said nothing for 30 s, not even to a ping");
}

TEST(ToolSession, leavesAServerAloneThatAnswersPings) {
    Driver driver(ofAProcess());
    driver.opened();
    callInVain(driver, "c");
    driver.says(R"({"id":4,"error":{"code":-32601,"message":"ping?"}})");
    driver.invoke(callOf("a", "d"));
    driver.now += 9s;
    driver.turn();
    driver.says(R"({"id":5,"result":{}})");
    EXPECT_EQ(driver.outcomes.back().code, base::Code::ok);
    driver.now += 1h;
    driver.turn();
    EXPECT_EQ(driver.hangs, "");
}

TEST(ToolSession, endsAServerThatAnswersPingsAndNoCalls) {
    Driver driver(ofAProcess());
    driver.opened();
    for (std::uint32_t i = 0; i < runner::HangWatch::mostInVain; ++i) {
        EXPECT_EQ(driver.hangs, "");
        callInVain(driver, "c");
        driver.says(R"({"id":)" + std::to_string(4 + 2 * i) + R"(,"result":{}})");
    }
    EXPECT_EQ(driver.hangs, "it hangs: 5 calls, one after the other, were not answered in time");
}

/// Late answers show that it is only slow.
TEST(ToolSession, leavesAServerAloneThatIsSlow) {
    Driver driver(ofAProcess());
    driver.opened();
    for (std::uint32_t i = 0; i < 3 * runner::HangWatch::mostInVain; ++i) {
        callInVain(driver, "c");
        driver.says(R"({"id":)" + std::to_string(3 + 2 * i) + R"(,"result":{}})");
    }
    EXPECT_EQ(driver.hangs, "");
}

/// It goes on working until it answers, whatever else it says.
TEST(ToolSession, awaitsTheAnswerToACancelledCallOfAProgram) {
    auto settings = serverSettings();
    settings.client.awaitsCancelled = true;
    Driver driver(settings);
    driver.opened();
    const auto call = callOf("a", "c");
    driver.invoke(call);
    call->cancel(base::Code::cancelled, "no longer wanted");
    driver.carryOut(driver.session.cancel("c", driver.now));
    EXPECT_EQ(driver.sent.back(), "notifications/cancelled");
    driver.says(R"({"id":7,"method":"ping"})");
    driver.says(R"({"method":"notifications/progress","params":{"progressToken":3,"progress":1}})");
    EXPECT_TRUE(driver.outcomes.empty());
    driver.says(R"({"id":3,"error":{"code":0,"message":"Request cancelled"}})");
    ASSERT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.outcomes[0].error, "no longer wanted");
    EXPECT_TRUE(driver.log.empty());
}

TEST(ToolSession, endsACancelledCallOfAServerAtOnce) {
    Driver driver;
    driver.opened();
    const auto call = callOf("a", "c");
    driver.invoke(call);
    call->cancel(base::Code::cancelled, "no longer wanted");
    driver.carryOut(driver.session.cancel("c", driver.now));
    ASSERT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.outcomes[0].error, "no longer wanted");
    const auto early = callOf("a", "d");
    early->cancel(base::Code::cancelled, "at once");
    driver.invoke(early);
    ASSERT_EQ(driver.outcomes.size(), 2U);
    EXPECT_EQ(driver.outcomes[1].error, "at once");
}

TEST(ToolSession, cutsNoResult) {
    Driver driver;
    driver.opened();
    for (const std::size_t size : {98U, 99U}) {
        driver.invoke(callOf("a", "c"));
        driver.says(R"({"id":)" + std::to_string(size - 95) + R"(,"result":{"content":[{"type":"text","text":")" +
                    std::string(size, 'x') + R"("}]}})");
    }
    ASSERT_EQ(driver.outcomes.size(), 2U);
    EXPECT_TRUE(driver.outcomes[0].ok());
    EXPECT_EQ(driver.outcomes[1].error, "the result has 101 bytes, the limit is 100");
}

TEST(ToolSession, sendsWhatIsTooLargeAsAFile) {
    Driver driver;
    std::vector<std::string> handed;
    driver.files.emplace(hosting::ArtifactPort{1'000, [&handed](const hosting::Artifact& artifact) {
                                                   handed.push_back(artifact.name + " of " + artifact.callId);
                                                   return base::Result<void>();
                                               }});
    driver.opened();
    for (const std::size_t size : {99U, 2'000U}) {
        driver.invoke(callOf("a", "c"));
        driver.says(R"({"id":)" + std::to_string(size == 99U ? 3 : 4) +
                    R"(,"result":{"content":[{"type":"text","text":")" + std::string(size, 'x') + R"("}]}})");
    }
    ASSERT_EQ(driver.outcomes.size(), 2U);
    EXPECT_EQ(handed, std::vector<std::string>{"a.json of c"});
    EXPECT_EQ(driver.outcomes[0].json,
              R"({"file":"a.json","mime_type":"application/json","size":101,"note":"the result has 101 bytes, the )"
              R"(limit is 100: it was sent as this file"})");
    EXPECT_EQ(driver.outcomes[1].error,
              "the result has 2002 bytes, the limit is 100; as a file: it has 2002 bytes, the limit is 1000 "
              "(transfer.max_file_size)");
}

TEST(ToolSession, saysNothingOfFilesToWhoTakesNone) {
    Driver driver;
    driver.files.emplace(hosting::ArtifactPort{1'000, [](const hosting::Artifact&) -> base::Result<void> {
                                                   return base::Error(base::Code::unsupported, "no files");
                                               }});
    driver.opened().invoke(callOf("a", "c"));
    driver.says(R"({"id":3,"result":{"content":[{"type":"text","text":")" + std::string(99, 'x') + R"("}]}})");
    ASSERT_EQ(driver.outcomes.size(), 1U);
    EXPECT_EQ(driver.outcomes[0].error, "the result has 101 bytes, the limit is 100");
}

TEST(ToolSession, addsArgumentsThatAreFixed) {
    auto settings = serverSettings();
    settings.rules->fixed = settings.rules->hidden = mcp::fixedArguments(R"({"key":"s3cret"})");
    Driver driver(settings);
    driver.opened(R"({"name":"a","inputSchema":{"properties":{"key":{}}}})");
    const auto effects = driver.session.invoke(callOf("a", "c", R"({"key":1,"x":2})"), {}, {}, start);
    ASSERT_EQ(effects.send.size(), 1U);
    EXPECT_NE(effects.send[0].json.find(R"("arguments":{"x":2,"key":"s3cret"})"), std::string::npos);
}

TEST(ToolSession, countsWhatIsNoMessage) {
    Driver driver;
    driver.opened();
    for (int i = 0; i < 1000; ++i) {
        driver.says("noise");
    }
    ASSERT_EQ(driver.log.size(), 8U);
    EXPECT_EQ(driver.log[0], "it wrote a line that is not a message: 'noise'");
    EXPECT_EQ(driver.log[5], "it wrote a line that is not a message: 'noise'; 10 of these so far");
    EXPECT_EQ(driver.log[7], "it wrote a line that is not a message: 'noise'; 1000 of these so far");
}

TEST(ToolSession, listensAgainWhenAServerTellsNoMoreOfChanges) {
    auto settings = serverSettings();
    settings.client.protocol = mcp::Protocol::modern;
    ToolSession session(settings);
    session.open();
    session.take(R"({"id":1,"result":{"supportedVersions":["2026-07-28"],)"
                 R"("capabilities":{"tools":{"listChanged":true}}}})",
                 start);
    const auto opened = session.take(R"({"id":2,"result":{"tools":[]}})", start);
    ASSERT_EQ(opened.send.size(), 1U);
    EXPECT_EQ(opened.send[0].method, "subscriptions/listen");
    session.lost(3, "the connection is lost", start);
    EXPECT_EQ(session.next(), start + 30s);
    EXPECT_EQ(session.turn(start + 30s).send.front().method, "subscriptions/listen");
    EXPECT_EQ(session.turn(start + 31s).send.front().method, "tools/list");
}

}  // namespace
