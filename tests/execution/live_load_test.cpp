#include "tests/execution/live_bench.h"
#include "tests/support/workbench.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

using namespace aip;
using tests::LiveBench;

namespace {

/// Calls a plugin without a pause until it is told to stop.
class Load {
  public:
    explicit Load(LiveBench& bench) {
        for (const char* tool : {"version", "version", "version", "nap"}) {
            _threads.emplace_back([this, &bench, tool] { run(bench, tool); });
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
    void run(LiveBench& bench, const std::string& tool) {
        while (!_stopping) {
            const std::string answer = bench.call(tool);
            ++answered;
            if (answer != R"("1.0.0")" && answer != R"("2.0.0")" && ++failed == 1) {
                failure = answer;
            }
        }
    }

    std::atomic<bool> _stopping{false};
    std::vector<std::thread> _threads;
};

}  // namespace

TEST(LiveSetUnderLoad, losesNoCallWhenItsPluginIsReplaced) {
    LiveBench bench;
    bench.install("versioned_1.0.0", "versioned");
    ASSERT_TRUE(bench.replace());
    Load load(bench);
    for (int i = 0; i < 100; ++i) {
        const std::string version = i % 2 == 0 ? "2.0.0" : "1.0.0";
        bench.install("versioned_" + version, "versioned");
        ASSERT_TRUE(bench.replace());
        ASSERT_EQ(bench.call("version"), '"' + version + '"');
    }
    load.stop();
    EXPECT_EQ(load.failed, 0) << load.failure;
    EXPECT_EQ(bench.surplus(), 0);
    EXPECT_GT(load.answered, 100);
}
