#include "network/resolver.h"

#include "tests/support/comes_true.h"
#include "tests/support/websocket_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <new>

using aip::network::Addresses;
using aip::network::mostOfFamily;
using aip::network::Resolution;
using aip::tests::limit;
using testing::Contains;
using testing::ElementsAre;

TEST(Resolver, knowsNumericHostsAtOnce) {
    for (const std::string host : {"127.0.0.1", "::1"}) {
        const Resolution resolution(host, [] { FAIL() << "nothing to wait for"; });
        ASSERT_TRUE(resolution.result());
        EXPECT_THAT(**resolution.result(), Contains(host));
    }
}

TEST(Resolver, looksNamesUpOnAThreadOfItsOwn) {
    std::promise<void> done;
    const Resolution resolution("localhost", [&] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
    ASSERT_TRUE(resolution.result() && *resolution.result());
    EXPECT_THAT(**resolution.result(), Contains("127.0.0.1"));
}

TEST(Resolver, triesTheFamiliesInTurnAndKeepsTheirOrder) {
    using aip::network::interleaved;
    EXPECT_THAT(interleaved({"2::2", "2::1", "2::3", "9.0.0.1", "3.0.0.1"}),
                ElementsAre("2::2", "9.0.0.1", "2::1", "3.0.0.1", "2::3"));
    EXPECT_THAT(interleaved({"9.0.0.1", "3.0.0.1", "2::2"}), ElementsAre("9.0.0.1", "2::2", "3.0.0.1"));
    EXPECT_THAT(interleaved({"9.0.0.1", "3.0.0.1", "9.0.0.1"}), ElementsAre("9.0.0.1", "3.0.0.1"));
    EXPECT_THAT(interleaved({"fe80::1%eth1", "fe80::1%eth0"}), ElementsAre("fe80::1%eth1", "fe80::1%eth0"));
    std::vector<std::string> many;
    for (int i = 0; i < 5'000; ++i) {
        many.push_back("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    }
    many.emplace_back("2::1");
    const auto tried = interleaved(many);
    EXPECT_EQ(tried.size(), mostOfFamily + 1);
    EXPECT_EQ(tried[1], "2::1");
    EXPECT_THAT(interleaved({}), ElementsAre());
}

TEST(Resolver, takesAMappedAddressForTheOneInIt) {
    EXPECT_THAT(*aip::network::resolve("::ffff:127.0.0.1"), ElementsAre("127.0.0.1"));
    EXPECT_THAT(*aip::network::resolve("::1"), ElementsAre("::1"));
}

TEST(Resolver, knowsWhatLeadsBackToThisMachine) {
    using aip::network::isLoopback;
    for (const char* address : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:2"}) {
        EXPECT_TRUE(isLoopback(address)) << address;
    }
    for (const char* address :
         {"128.0.0.1", "10.0.0.1", "::", "::2", "::ffff:10.0.0.1", "fe80::1%lo", "localhost", ""}) {
        EXPECT_FALSE(isLoopback(address)) << address;
    }
}

TEST(Resolver, saysWhyANameIsUnknown) {
    const auto addresses = aip::network::resolve("no-such-host.invalid");
    ASSERT_FALSE(addresses);
    EXPECT_NE(addresses.error().text().find("check the host and DNS"), std::string::npos);
    EXPECT_NE(aip::network::resolve("fe80::1%nosuch0").error().text().find("interface"), std::string::npos);
}

TEST(Resolver, isWithoutAnswerIfTheLookUpHasNoMemory) {
    std::promise<void> done;
    const Resolution resolution(
        "large", [&] { done.set_value(); }, [](const std::string&) -> Addresses { throw std::bad_alloc(); });
    ASSERT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
    ASSERT_TRUE(resolution.result());
    EXPECT_EQ(resolution.result()->error().code(), aip::base::Code::exhausted);
}

TEST(Resolver, waitsForALookUpThatHangsInsteadOfBeginningAnother) {
    std::promise<void> answer;
    std::promise<void> done;
    std::atomic<int> lookUps{0};
    aip::network::Resolver resolver([&] { done.set_value(); },
                                    [&, released = answer.get_future().share()](const std::string&) -> Addresses {
                                        ++lookUps;
                                        released.wait();
                                        return std::vector<std::string>{"127.0.0.1"};
                                    });
    const Resolution first = resolver.begin("slow");
    const Resolution second = resolver.begin("slow");
    EXPECT_FALSE(second.result());
    answer.set_value();
    ASSERT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
    EXPECT_EQ(lookUps, 1);
    EXPECT_TRUE(first.result() && *first.result());
    EXPECT_TRUE(second.result() && *second.result());
    done = {};
    static_cast<void>(resolver.begin("slow"));
    ASSERT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
    EXPECT_EQ(lookUps, 2);
}

TEST(Resolver, looksUpOnlySoManyNamesAtTheSameTime) {
    using aip::network::Resolver;
    std::promise<void> answer;
    std::atomic<std::size_t> ended{0};
    const auto lookUp = [released = answer.get_future().share()](const std::string&) -> Addresses {
        released.wait();
        return std::vector<std::string>{"127.0.0.1"};
    };
    Resolver resolver([&] { ++ended; }, lookUp);
    for (std::size_t i = 0; i < Resolver::mostPending; ++i) {
        EXPECT_FALSE(resolver.begin("host" + std::to_string(i)).result());
    }
    const auto refused = resolver.begin("another").result();
    ASSERT_TRUE(refused && !*refused);
    EXPECT_EQ(refused->error().code(), aip::base::Code::exhausted);
    answer.set_value();
    EXPECT_TRUE(aip::tests::comesTrue([&] { return ended == Resolver::mostPending; }));
    static_cast<void>(resolver.begin("another"));
    EXPECT_TRUE(aip::tests::comesTrue([&] { return ended == Resolver::mostPending + 1; }));
}

TEST(Resolver, needNotBeWaitedFor) {
    std::promise<void> answer;
    std::promise<void> done;
    {
        const Resolution resolution(
            "slow", [&] { done.set_value(); },
            [&](const std::string&) -> Addresses {
                answer.get_future().wait();
                return std::vector<std::string>{"127.0.0.1"};
            });
        EXPECT_FALSE(resolution.result());
    }
    answer.set_value();
    EXPECT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
}
