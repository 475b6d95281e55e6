// What plugins hand over may block whoever looks at it or closes it: that costs the agent a few threads.

#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <string>

namespace {

using aip::plugins::Isolation;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;

/// Takes files only when so many are there at the same time, and no more come.
class SlowPort {
  public:
    explicit SlowPort(int count) : _count(count) {}

    aip::hosting::ArtifactPort port() {
        return {1'000, [this](const aip::hosting::Artifact&) {
                    take();
                    return aip::base::Result<void>();
                }};
    }
    int mostInside() const { return _mostInside; }
    int taken() const { return _taken; }

  private:
    void take() {
        std::unique_lock lock(_mutex);
        _mostInside = std::max(_mostInside, ++_inside);
        _changed.notify_all();
        _changed.wait_for(lock, 30s, [this] { return _mostInside >= _count; });
        _changed.wait_for(lock, 100ms, [this] { return _mostInside > _count; });
        --_inside;
        ++_taken;
    }

    const int _count;
    std::mutex _mutex;
    std::condition_variable _changed;
    int _inside = 0;
    int _mostInside = 0;
    int _taken = 0;
};

TEST(HandedOver, filesAreTakenAFewAtATimeAndTheOthersWait) {
    SlowPort slow(16);
    aip::plugins::SlotWiring wiring;
    wiring.artifacts = slow.port();
    SlotFixture fixture("process", isolated(Isolation::process), wiring);
    EXPECT_EQ(fixture.run("artifacts").text(), "null");
    EXPECT_EQ(slow.taken(), 40);
    EXPECT_EQ(slow.mostInside(), 16);
}

std::ptrdiff_t threadsOfTheAgent() {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
}

TEST(HandedOver, whatCannotBeClosedKeepsFurtherProcessesFromStarting) {
    auto settings = isolated(Isolation::process);
    settings.process.backoffBase = 1ms;
    settings.process.backoffCap = 1ms;
    settings.process.maxFailures = 0;
    const auto before = threadsOfTheAgent();
    SlotFixture fixture("lingers", settings);
    std::string text;
    for (int i = 0; i < 40 && text.find("not closed yet") == std::string::npos; ++i) {
        text = fixture.run("ends").text();
    }
    EXPECT_TRUE(text.starts_with("UNAVAILABLE: ") && text.find("not closed yet") != std::string::npos) << text;
    EXPECT_LT(threadsOfTheAgent(), before + 10);
    EXPECT_TRUE(fixture.slot->stop(200ms));
}

}  // namespace
