#include "mcp_server/timed_socket.h"

#include "mcp_server/tally.h"
#include "mcp_server/turned_away.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include <sys/socket.h>

namespace {

using namespace std::chrono_literals;
using aip::base::Descriptor;
using aip::mcp_server::Allowance;
using aip::mcp_server::HttpTimes;
using aip::mcp_server::Pace;
using aip::mcp_server::Tally;
using aip::mcp_server::TimedSocket;
using aip::mcp_server::TurnedAway;
using Flaw = TimedSocket::Flaw;
using TimePoint = Allowance::Clock::time_point;

const TimePoint start{};

TEST(Allowance, itsTimeBeginsOnceAndNoByteExtendsIt) {
    Allowance allowance(10s, 100);
    EXPECT_EQ(allowance.end(start + 5s), start + 15s);
    EXPECT_TRUE(allowance.take(99));
    EXPECT_EQ(allowance.end(start + 14s), start + 15s);
    EXPECT_TRUE(allowance.take(1));
    EXPECT_FALSE(allowance.take(1));
}

TEST(Pace, givesTimeForEachByteThatIsTaken) {
    Pace pace(30s, 1'000);
    EXPECT_EQ(pace.left(), 30s);
    pace.waited(29s);
    pace.took(500);
    EXPECT_EQ(pace.left(), 1'500ms);
    pace.waited(2s);
    EXPECT_LT(pace.left(), 0s);
    pace.begin();
    EXPECT_EQ(pace.left(), 30s);
}

TEST(Tally, tellsOfTheFirstAtOnceAndThenOnceAnInterval) {
    Tally tally(60s);
    EXPECT_EQ(tally.add(start), 1U);
    EXPECT_EQ(tally.add(start + 1s), std::nullopt);
    EXPECT_EQ(tally.add(start + 59s), std::nullopt);
    EXPECT_EQ(tally.add(start + 60s), 3U);
    EXPECT_EQ(tally.add(start + 61s), std::nullopt);
    EXPECT_EQ(tally.add(start + 500s), 2U);
}

struct Pair {
    Pair() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        ours = Descriptor(ends[0]);
        theirs = Descriptor(ends[1]);
    }

    Descriptor ours;
    Descriptor theirs;
};

class TimedSocketTest : public testing::Test {
  protected:
    TimedSocketTest() {
        HttpTimes times;
        times.head = times.body = times.answer = 50ms;
        times.slowestReader = 1UL << 30U;
        _socket = new TimedSocket(_pair.ours.release(), times);
        _owner = Poco::Net::StreamSocket(_socket);
    }

    void theySend(const std::string& bytes) const {
        EXPECT_EQ(::send(_pair.theirs.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    }
    int receive() {
        std::array<char, 4096> space{};
        return _owner.receiveBytes(space.data(), static_cast<int>(space.size()));
    }

    Pair _pair;
    TimedSocket* _socket = nullptr;
    Poco::Net::StreamSocket _owner;
};

TEST_F(TimedSocketTest, aPartIsLateHoweverManyBytesItSends) {
    EXPECT_THROW(
        for (;;) {
            theySend("x");
            receive();
        },
        Poco::TimeoutException);
    EXPECT_EQ(_socket->flaw(), Flaw::late);
    EXPECT_THROW(receive(), Poco::TimeoutException);
    _socket->expectHead();
    theySend("x");
    EXPECT_GT(receive(), 0);
    EXPECT_EQ(_socket->flaw(), Flaw::none);
}

TEST_F(TimedSocketTest, aPartHasALimitOfBytes) {
    _socket->expectBody(5);
    theySend("12345");
    EXPECT_EQ(receive(), 5);
    theySend("6");
    EXPECT_EQ(receive(), 1);
    EXPECT_EQ(_socket->flaw(), Flaw::tooLong);
    theySend("7");
    EXPECT_THROW(receive(), Poco::TimeoutException);
}

TEST_F(TimedSocketTest, aPartMayBeCut) {
    _pair.theirs = Descriptor();
    EXPECT_EQ(receive(), 0);
    EXPECT_EQ(_socket->flaw(), Flaw::cut);
}

TEST_F(TimedSocketTest, anAnswerIsToBeTakenInTimeHoweverManyPiecesItHas) {
    const std::string piece(64UL << 10U, 'x');
    std::array<char, 1UL << 10U> taken{};
    EXPECT_THROW(
        for (;;) {  // a reader that takes less than the slowest may
            _owner.sendBytes(piece.data(), static_cast<int>(piece.size()));
            EXPECT_GT(::recv(_pair.theirs.get(), taken.data(), taken.size(), 0), 0);
        },
        Poco::TimeoutException);
    _socket->beginSending();
}

TEST_F(TimedSocketTest, anAnswerIsToBeTakenInTime) {
    const std::string answer(8UL << 20U, 'x');
    EXPECT_THROW(_owner.sendBytes(answer.data(), static_cast<int>(answer.size())), Poco::TimeoutException);
}

std::string readAll(int descriptor) {
    std::string all;
    std::array<char, 4096> space{};
    for (ssize_t got = 1; got > 0;) {
        got = ::recv(descriptor, space.data(), space.size(), 0);
        all.append(space.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    return all;
}

TEST(TurnedAway, aConnectionStaysUntilTheClientHasClosedIt) {
    Pair pair;
    TurnedAway away;
    away.add(std::move(pair.ours), "no", start);
    EXPECT_EQ(::send(pair.theirs.get(), "request", 7, 0), 7);
    away.sweep(start + 1s);
    EXPECT_EQ(away.size(), 1U);
    EXPECT_EQ(readAll(pair.theirs.get()), "no");
    pair.theirs = Descriptor();
    away.sweep(start + 1s);
    EXPECT_EQ(away.size(), 0U);
}

TEST(TurnedAway, aConnectionStaysForAMomentOnlyAndNotTooMany) {
    std::array<Pair, TurnedAway::mostKept + 1> pairs;
    TurnedAway away;
    for (auto& pair : pairs) {
        away.add(std::move(pair.ours), "no", start);
    }
    EXPECT_EQ(away.size(), TurnedAway::mostKept);
    away.sweep(start + TurnedAway::moment);
    EXPECT_EQ(away.size(), 0U);
}

}  // namespace
