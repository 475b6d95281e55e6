#include "plugins/blocking_jobs.h"

#include "tests/plugins/support.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>

namespace {

using aip::plugins::BlockingJobs;
using aip::tests::comesTrue;
using aip::tests::Monitor;

/// Jobs that end when the test lets them.
class Blocked : public testing::Test {
  protected:
    struct Gate {
        Monitor monitor;
        int begun = 0;
        int ended = 0;
        bool open = false;
    };

    ~Blocked() override {
        open();
        EXPECT_TRUE(comesTrue([this] { return gate.use_count() == 1; }));
    }

    bool addBlocking() {
        return jobs->add([gate = gate] {
            gate->monitor.change([&] { ++gate->begun; });
            gate->monitor.wait([&] { return gate->open; });
            gate->monitor.change([&] { ++gate->ended; });
        });
    }
    void open() {
        gate->monitor.change([this] { gate->open = true; });
    }
    bool begun(int count) {
        return gate->monitor.wait([&] { return gate->begun == count; });
    }

    const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    std::unique_ptr<BlockingJobs> jobs = std::make_unique<BlockingJobs>(2);
};

TEST_F(Blocked, jobsHoldUpNoMoreThreadsThanThereMayBe) {
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(addBlocking());
    }
    EXPECT_TRUE(begun(2));
    const auto late = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    EXPECT_TRUE(comesTrue([late] { return std::chrono::steady_clock::now() > late; }));
    EXPECT_TRUE(begun(2)) << "no third one";
    EXPECT_EQ(jobs->pending(), 5U);
    open();
    EXPECT_TRUE(comesTrue([this] { return jobs->pending() == 0; }));
    EXPECT_TRUE(begun(5));
}

TEST_F(Blocked, jobsGoOnWhenTheirOwnerIsGone) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(addBlocking());
    }
    jobs.reset();
    open();
    EXPECT_TRUE(gate->monitor.wait([this] { return gate->ended == 3; }));
}

TEST_F(Blocked, jobsDoNotKeepOthersFromTheThreadsThatAreLeft) {
    ASSERT_TRUE(addBlocking());
    EXPECT_TRUE(begun(1));
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(jobs->add([] { throw std::runtime_error("a job that throws"); }));
        EXPECT_TRUE(comesTrue([this] { return jobs->pending() == 1; }));
    }
}

TEST_F(Blocked, jobsOfCopiesShareTheThreads) {
    BlockingJobs copy = *jobs;
    ASSERT_TRUE(addBlocking());
    ASSERT_TRUE(addBlocking());
    ASSERT_TRUE(copy.add([gate = gate] { gate->monitor.change([&] { gate->begun += 10; }); }));
    EXPECT_TRUE(begun(2));
    EXPECT_EQ(copy.pending(), 3U);
    open();
    EXPECT_TRUE(begun(12));
}

}  // namespace
