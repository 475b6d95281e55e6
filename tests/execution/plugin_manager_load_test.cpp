#include "tests/execution/plugin_manager_harness.h"
#include "tests/net/footprint.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <iostream>
#include <thread>

using namespace aip;
using tests::comesTrue;
using tests::Footprint;
using tests::PluginManagerHarness;

namespace {

#ifdef TEST_SANITIZED
constexpr int laps = 10;  // a sanitized program is slow to end, and its memory use says nothing
constexpr bool sanitized = true;
#else
constexpr int laps = 1'000;
constexpr bool sanitized = false;
#endif

/// Calls a plugin without a pause until stop().
class Load {
  public:
    explicit Load(PluginManagerHarness& harness) {
        for (const char* tool : {"version", "version", "nap"}) {
            _threads.emplace_back([this, &harness, tool] { run(harness, tool); });
        }
    }
    ~Load() { stop(); }

    void stop() {
        _stopping = true;
        for (auto& thread : _threads) {
            thread.join();
        }
        _threads.clear();
    }

    std::atomic<int> answered{0};
    std::atomic<int> failed{0};
    std::string failure;

  private:
    void run(PluginManagerHarness& harness, const std::string& tool) {
        while (!_stopping) {
            const std::string answer = harness.call(tool);
            ++answered;
            if (answer != R"("1.0.0")" && answer != R"("2.0.0")" && ++failed == 1) {
                failure = answer;
            }
        }
    }

    std::atomic<bool> _stopping{false};
    std::vector<std::thread> _threads;
};

/// Replaces the plugin `count` times; each time the next call must be the new version's.
void replaceOften(PluginManagerHarness& harness, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string version = i % 2 == 0 ? "2.0.0" : "1.0.0";
        const auto old = harness.slot("versioned");
        harness.install("versioned_" + version, "versioned");
        ASSERT_TRUE(harness.replace());
        ASSERT_EQ(harness.call("version"), '"' + version + '"');
        ASSERT_TRUE(comesTrue([&] { return old.expired(); }));
    }
}

void expectAllAnswered(const PluginManagerHarness& harness, const Load& load) {
    EXPECT_EQ(load.failed, 0) << load.failure;
    EXPECT_EQ(harness.surplus(), 0);
    EXPECT_GT(load.answered, 0);
}

/// Slots stop on another thread and may hold resources for a moment.
Footprint settled(const Footprint& wanted) {
    comesTrue([&] {
        const auto now = Footprint::now();
        return now.threads <= wanted.threads && now.descriptors <= wanted.descriptors;
    });
    return Footprint::now();
}

}  // namespace

TEST(PluginManagerUnderLoad, losesNoCallAndNothingElseWhenAPluginIsReplacedAThousandTimes) {
    PluginManagerHarness harness(plugins::Isolation::process);
    harness.install("versioned_1.0.0", "versioned");
    ASSERT_TRUE(harness.replace());
    Load load(harness);
    replaceOften(harness, laps / 5);
    const auto before = Footprint::now();
    replaceOften(harness, laps);
    const auto after = settled(before);
    load.stop();
    expectAllAnswered(harness, load);
    std::cout << laps << " replacements, " << load.answered << " calls: descriptors " << before.descriptors << " -> "
              << after.descriptors << ", threads " << before.threads << " -> " << after.threads << ", RSS "
              << (before.residentBytes >> 10U) << " -> " << (after.residentBytes >> 10U) << " KiB\n";
    EXPECT_LE(after.descriptors, before.descriptors + 2);
    EXPECT_LE(after.threads, before.threads);
    EXPECT_TRUE(sanitized || after.residentBytes < before.residentBytes + (4UL << 20U));
}

TEST(PluginManagerUnderLoad, losesNoCallWhenAPluginInTheAgentIsReplaced) {
    PluginManagerHarness harness(plugins::Isolation::inProcess);
    harness.install("versioned_1.0.0", "versioned");
    ASSERT_TRUE(harness.replace());
    Load load(harness);
    replaceOften(harness, 50);
    load.stop();
    expectAllAnswered(harness, load);
}
