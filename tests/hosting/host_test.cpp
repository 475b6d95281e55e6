#include "hosting/thread_check.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::hosting::Call;
using aip::hosting::ThreadCheck;
using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;

class Host : public testing::TestWithParam<Isolation> {};

TEST_P(Host, tellsAPluginOnWhatKindOfThreadItIs) {
    SlotFixture fixture("curious", isolated(GetParam()));
    EXPECT_EQ(fixture.run("thread").text(), R"("worker")");
    EXPECT_EQ(fixture.run("own_thread").text(), R"("other")");
    const TestCall waiting = fixture.run("wait");
    ASSERT_TRUE(fixture.log.waitFor("2 execute: worker"));
    fixture.slot->cancelled(*waiting.call());  // before the call itself, which may be over then
    waiting.call()->cancel(aip::base::Code::cancelled, "enough");
    EXPECT_EQ(waiting.text().substr(0, 9), "CANCELLED");
    EXPECT_TRUE(fixture.slot->stop(std::chrono::seconds(30)));
    const std::vector<std::string> lines = fixture.log.lines();
    EXPECT_EQ(lines, (std::vector<std::string>{"2 start: control", "2 execute: worker", "2 cancel: other",
                                               "2 stop: control", "2 destroy: control"}));
}

TEST_P(Host, tellsAPluginWhatItMayKnow) {
    SlotSettings settings = isolated(GetParam());
    settings.host = {{AIP_HOST_CLIENT_ID, "device 7"}, {AIP_HOST_ISOLATION, "in_process"}};
    SlotFixture fixture("curious", settings);
    EXPECT_EQ(fixture.run("client").text(), R"("device 7")");
    EXPECT_EQ(fixture.run("isolation").text(), R"("in_process")");
    EXPECT_EQ(fixture.run("unknown").text().substr(0, 9), "NOT_FOUND");
    EXPECT_EQ(fixture.run("absent").text(), "null");
}

/// What is told, what the plugin hears of that, and what is kept.
struct AccountRow {
    std::string told;
    aip_status status;
    bool kept;
};

std::vector<AccountRow> accountRows() {
    const std::string longest = R"({"a":")" + std::string(Call::longestAccount - 8, 'x') + R"("})";
    return {{R"({"argv":["ls","-l"],"exit_code":0})", AIP_OK, true},
            {longest, AIP_OK, true},
            {longest + " ", AIP_EXHAUSTED, false},
            {R"({"a":)", AIP_INVALID, false},
            {R"({"a":1} {})", AIP_INVALID, false},
            {"{\"a\":\"\xFF\"}", AIP_INVALID, false},
            {"[1]", AIP_INVALID, false},
            {"", AIP_INVALID, false}};
}

TEST_P(Host, keepsWhatAToolSaysThatItHasDone) {
    SlotFixture fixture("curious", isolated(GetParam()));
    for (const auto& row : accountRows()) {
        const TestCall call = fixture.run("account", row.told);
        EXPECT_EQ(call.text(), "\"" + std::to_string(row.status) + "\"") << row.told;
        EXPECT_EQ(call.call()->takeAccount(), row.kept ? row.told : "") << row.told;
    }
}

INSTANTIATE_TEST_SUITE_P(Isolation, Host, testing::Values(Isolation::inProcess, Isolation::process),
                         [](const auto& each) { return aip::tests::nameOf(each.param); });

TEST(ThreadCheck, knowsTheInnermostOfNestedCallsAndThePluginOfEach) {
    const ThreadCheck one;
    const ThreadCheck two;
    const auto* first = one.table();
    const auto* second = two.table();
    const ThreadCheck::Scope outer(one, ThreadCheck::Tag::worker);
    {
        const ThreadCheck::Scope inner(two, ThreadCheck::Tag::control);
        EXPECT_EQ(first->is_worker_thread(first), 0);
        EXPECT_EQ(second->is_control_thread(second), 1);
        EXPECT_EQ(second->is_worker_thread(second), 0);
    }
    EXPECT_EQ(first->is_worker_thread(first), 1);
    EXPECT_EQ(second->is_control_thread(second), 0);
}

}  // namespace
