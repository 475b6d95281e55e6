#include "transport/liveness.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::transport;
using std::chrono::seconds;

const Liveness::TimePoint start{seconds(1000)};
constexpr auto never = Liveness::TimePoint::max();

// The defaults: a ping every 20 s, lost after 180 s of silence, 60 s for reads and for sends.
const ChannelSettings settings;

TEST(Liveness, asksForAPingEveryInterval) {
    Liveness liveness(settings, start);
    EXPECT_EQ(liveness.next(), start + seconds(20));
    EXPECT_FALSE(liveness.pingDue(start + seconds(19)));
    EXPECT_TRUE(liveness.pingDue(start + seconds(20)));
    liveness.pinged(start + seconds(21));
    EXPECT_EQ(liveness.next(), start + seconds(41));
}

TEST(Liveness, asksForNoPingIfThereIsNoInterval) {
    ChannelSettings silent;
    silent.pingInterval = seconds(0);
    EXPECT_EQ(Liveness(silent, start).next(), never);
}

TEST(Liveness, pingsTwiceWithinAShortTimeout) {
    ChannelSettings hasty;
    hasty.pingTimeout = seconds(10);
    EXPECT_EQ(Liveness(hasty, start).next(), start + seconds(5));
}

TEST(Liveness, losesAPeerThatIsSilentForThePingTimeoutHoweverOftenItIsPinged) {
    Liveness liveness(settings, start);
    liveness.pinged(start + seconds(20));
    liveness.pinged(start + seconds(170));
    EXPECT_EQ(liveness.verdict(start + seconds(179)), "");
    EXPECT_NE(liveness.verdict(start + seconds(180)), "");
}

TEST(Liveness, takesAnyByteAsASignOfLife) {
    Liveness liveness(settings, start);
    liveness.pinged(start);
    liveness.received(start + seconds(179), false);
    EXPECT_EQ(liveness.verdict(start + seconds(358)), "");
    EXPECT_NE(liveness.verdict(start + seconds(359)), "");
}

TEST(Liveness, losesAPeerThatIsSilentInTheMiddleOfAMessage) {
    Liveness liveness(settings, start);
    liveness.received(start, true);
    EXPECT_EQ(liveness.verdict(start + seconds(59)), "");
    EXPECT_NE(liveness.verdict(start + seconds(60)), "");
    liveness.received(start + seconds(59), false);
    EXPECT_EQ(liveness.verdict(start + seconds(60)), "");
}

TEST(Liveness, losesAPeerThatTakesNothing) {
    Liveness liveness(settings, start);
    liveness.sent(start, 0, true);
    liveness.sent(start + seconds(30), 0, true);
    EXPECT_EQ(liveness.verdict(start + seconds(59)), "");
    EXPECT_NE(liveness.verdict(start + seconds(60)), "");
}

TEST(Liveness, forgivesAPeerThatTakesAnything) {
    Liveness liveness(settings, start);
    liveness.sent(start, 0, true);
    liveness.sent(start + seconds(50), 1, true);
    EXPECT_EQ(liveness.verdict(start + seconds(109)), "");
    EXPECT_NE(liveness.verdict(start + seconds(110)), "");
    liveness.sent(start + seconds(109), 1, false);
    EXPECT_EQ(liveness.verdict(start + seconds(110)), "");
}

}  // namespace
