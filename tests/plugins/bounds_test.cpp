// The published bound: how soon a call is answered after its plugin has died. Measured without sanitizers, and with no
// other test at the same time.

#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

namespace {

using aip::plugins::Isolation;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// From the invocation of the call, which kills the plugin at once, to its failure.
milliseconds timeToFailure(const std::string& plugin) {
    auto settings = isolated(Isolation::process);
    settings.process.confinement.hostView = plugin == "kills_its_parent";
    SlotFixture fixture(plugin, settings);
    EXPECT_TRUE(fixture.slot->start());
    const auto begin = steady_clock::now();
    EXPECT_FALSE(fixture.run("echo").outcome().ok());
    return std::chrono::ceil<milliseconds>(steady_clock::now() - begin);
}

TEST(Bound, failureWithinAHundredMillisecondsOfADeath) {
    std::vector<milliseconds> all;
    for (const std::string plugin : {"segfaults", "aborts", "exits", "exits_well", "ends_its_thread", "overflows_stack",
                                     "kills_its_parent", "scribbles", "closes_descriptors", "becomes_another"}) {
        std::vector<milliseconds> samples(20);
        std::ranges::generate(samples, [&] { return timeToFailure(plugin); });
        std::ranges::sort(samples);
        std::cout << plugin << ": p50 " << samples[samples.size() / 2].count() << " ms, max " << samples.back().count()
                  << " ms of " << samples.size() << std::endl;
        all.insert(all.end(), samples.begin(), samples.end());
    }
    std::ranges::sort(all);
    EXPECT_LE(all[all.size() * 99 / 100 - 1], 100ms);
}

}  // namespace
