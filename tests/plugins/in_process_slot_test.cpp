#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace {

using aip::plugins::Isolation;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;

TEST(InProcessSlot, survivesAPluginThatUsesACallTooLate) {
    SlotFixture fixture("good", isolated(Isolation::inProcess));
    EXPECT_EQ(fixture.run("keep").text(), "null");
    EXPECT_EQ(fixture.run("use_kept").text(), "\"mine\"");
}

TEST(InProcessSlot, carriesOnOnTheSameThreadWhenACompletionInvokesAgain) {
    SlotFixture fixture("pair", isolated(Isolation::inProcess));
    std::vector<TestCall> calls;
    std::set<std::thread::id> threads;
    for (std::size_t i = 0; i < 500; ++i) {
        calls.emplace_back("echo", "{}", [&, i] {
            threads.insert(std::this_thread::get_id());
            if (i + 1 < 500) {
                fixture.slot->invoke(calls[i + 1].call());
            }
        });
    }
    fixture.slot->invoke(calls.front().call());
    EXPECT_EQ(calls.back().text(), "{}");
    EXPECT_EQ(threads.size(), 1U);
}

}  // namespace
