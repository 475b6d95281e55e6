#include "plugins/poll_set.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using aip::base::Clock;
using aip::base::Descriptor;
using aip::plugins::PollSet;
using namespace std::chrono_literals;

Clock::TimePoint soon() {
    return std::chrono::steady_clock::now() + 1ms;
}

/// Only a failing test waits so long.
Clock::TimePoint late() {
    return std::chrono::steady_clock::now() + 30s;
}

struct Ends {
    Ends() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        here = Descriptor(ends[0]);
        there = Descriptor(ends[1]);
    }
    void write() const { EXPECT_EQ(::write(there.get(), "x", 1), 1); }
    void read() const {
        char byte = 0;
        EXPECT_EQ(::read(here.get(), &byte, 1), 1);
    }

    Descriptor here;
    Descriptor there;
};

struct PollSetTest : testing::Test {
    PollSetTest() { EXPECT_TRUE(polled.open()); }

    PollSet polled;
};

TEST_F(PollSetTest, tellsWhatIsReadyAsLongAsItIs) {
    const Ends a;
    const Ends b;
    PollSet::Watched first;
    PollSet::Watched second;
    polled.watch(first, a.here.get(), true);
    polled.watch(second, b.here.get(), true);
    b.write();
    for (int i = 0; i < 2; ++i) {
        polled.wait(late());
        EXPECT_FALSE(first.ready());
        EXPECT_TRUE(second.ready());
    }
    b.read();
    a.write();
    polled.wait(late());
    EXPECT_TRUE(first.ready());
    EXPECT_FALSE(second.ready());
    a.read();
    polled.wait(soon());
    EXPECT_FALSE(first.ready()) << "the time has come";
}

TEST_F(PollSetTest, watchesForWhatWasSaidLast) {
    const Ends ends;
    PollSet::Watched watched;
    polled.watch(watched, ends.here.get(), true);
    polled.watch(watched, ends.here.get(), true, true);
    polled.wait(late());
    EXPECT_TRUE(watched.ready()) << "it can be written to";
    polled.watch(watched, ends.here.get(), true);
    polled.wait(soon());
    EXPECT_FALSE(watched.ready());
    ends.write();
    polled.watch(watched, -1, true);
    polled.wait(soon());
    EXPECT_FALSE(watched.ready());
    polled.watch(watched, ends.here.get(), true);
    polled.wait(late());
    EXPECT_TRUE(watched.ready());
}

TEST_F(PollSetTest, tellsOfTheOtherEndThatIsClosed) {
    Ends ends;
    PollSet::Watched watched;
    polled.watch(watched, ends.here.get(), true);
    ends.there = Descriptor();
    polled.wait(late());
    EXPECT_TRUE(watched.ready());
}

TEST_F(PollSetTest, forgetsWhatHasEnded) {
    const Ends ends;
    ends.write();
    auto watched = std::make_unique<PollSet::Watched>();
    polled.watch(*watched, ends.here.get(), true);
    polled.wait(late());
    EXPECT_TRUE(watched->ready());
    watched.reset();
    PollSet::Watched again;
    polled.watch(again, ends.here.get(), true);
    polled.wait(late());
    EXPECT_TRUE(again.ready());
}

TEST_F(PollSetTest, endsAWaitWhenItIsWoken) {
    polled.wake();
    polled.wait(Clock::TimePoint::max());
    std::thread waker([this] { polled.wake(); });
    polled.wait(Clock::TimePoint::max());
    waker.join();
}

/// epoll takes no regular files: as if the user had too many registrations.
TEST_F(PollSetTest, pollsWhatIsNotRegistered) {
    const Ends ends;
    const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    PollSet::Watched refused;
    PollSet::Watched watched;
    polled.watch(refused, file.get(), true);
    polled.watch(watched, ends.here.get(), true);
    ends.write();
    polled.wait(late());
    EXPECT_TRUE(refused.ready());
    EXPECT_TRUE(watched.ready());
    polled.watch(refused, -1, true);
    ends.read();
    polled.wait(soon());
    EXPECT_FALSE(refused.ready());
    EXPECT_FALSE(watched.ready());
    polled.watch(refused, file.get(), true);
    polled.wake();
    polled.wait(late());
    EXPECT_TRUE(refused.ready());
}

}  // namespace
