#include "link/link.h"

#include "link/measures.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using aip::base::Code;
using aip::base::Descriptor;
using aip::link::Link;
using aip::link::payloadText;
using aip::link::readText;
using aip::link::TextMemory;
namespace link = aip::link;

std::string flat(const aip::base::Result<link::Frame>& frame) {
    EXPECT_TRUE(frame) << frame.error().text();
    return frame->head + std::string(frame->tail);
}

TEST(LinkMessages, comeBackAsTheyWere) {
    const std::string frame =
        flat(link::encode(link::Invoke{3, 7, 1, 500, "call-7", "run", "action", {"{}"}, "a", "r", "p", "s", "t", 9}));
    const auto message = link::decode(frame);
    ASSERT_TRUE(message) << message.error().text();
    const auto& invoke = std::get<link::Invoke>(*message);
    EXPECT_EQ(invoke.place, 3U);
    EXPECT_EQ(invoke.number, 7U);
    EXPECT_EQ(invoke.kind, 1U);
    EXPECT_EQ(invoke.remainingMs, 500U);
    EXPECT_EQ(invoke.callId, "call-7");
    EXPECT_EQ(invoke.tool, "run");
    EXPECT_EQ(invoke.toolType, "action");
    EXPECT_EQ(invoke.parameters.text, "{}");
    EXPECT_EQ(invoke.agent, "a");
    EXPECT_EQ(invoke.root, "r");
    EXPECT_EQ(invoke.process, "p");
    EXPECT_EQ(invoke.session, "s");
    EXPECT_EQ(invoke.task, "t");
    EXPECT_EQ(invoke.taskNumber, 9U);
    EXPECT_EQ(flat(link::encode(*message)), frame);
}

TEST(LinkMessages, areRefusedUnlessEveryByteIsRight) {
    const std::string frame = flat(link::encode(link::Finished{0, 1, 0, {"null"}}));
    for (std::size_t size = 0; size < frame.size(); ++size) {
        EXPECT_FALSE(link::decode(frame.substr(0, size))) << size;
    }
    EXPECT_FALSE(link::decode(frame + "x"));
    std::string unknown = frame;
    unknown[4] = 99;
    EXPECT_EQ(link::decode(unknown).error().text(), "a frame of unknown type 99");
    std::string longer = frame;
    longer[longer.size() - 12] = 5;  // the payload's size
    EXPECT_FALSE(link::decode(longer));
}

const std::string longText(link::largestFrame, 'x');

/// A message with a field that is too long for a frame.
const link::Message tooLong[] = {
    link::Invoke{0, 1, 0, 0, longText, "run", "action", {"{}"}},
    link::Invoke{0, 1, 0, 0, "call", longText, "action", {"{}"}},
    link::Invoke{0,
                 1,
                 0,
                 0,
                 "call",
                 std::string_view(longText).substr(0, 64UL << 10U),
                 "action",
                 {std::string_view(longText).substr(0, 64UL << 10U)}},
    link::Cancel{0, 1, 0, longText},
    link::Answer{0, 0, longText},
    link::Refused{"load-failed", longText},
    link::Log{0, longText},
    link::Progress{0, 1, 0, longText},
    link::Account{0, 1, longText},
};

TEST(LinkMessages, areRefusedIfTheyAreTooLongForAFrame) {
    for (const link::Message& message : tooLong) {
        const auto frame = link::encode(message);
        ASSERT_FALSE(frame) << message.index();
        EXPECT_EQ(frame.error().code(), Code::exhausted);
    }
    const std::string_view longest = std::string_view(longText).substr(0, link::largestFrame - 64);
    EXPECT_TRUE(link::decode(flat(link::encode(link::Cancel{0, 1, 0, longest}))));
}

TEST(LinkMessages, carryWhatAToolHasDone) {
    const std::string frame = flat(link::encode(link::Account{3, 7, R"({"argv":["ls"]})"}));
    const auto message = link::decode(frame);
    ASSERT_TRUE(message) << message.error().text();
    const auto& account = std::get<link::Account>(*message);
    EXPECT_EQ(account.place, 3U);
    EXPECT_EQ(account.number, 7U);
    EXPECT_EQ(account.json, R"({"argv":["ls"]})");
    EXPECT_EQ(flat(link::encode(*message)), frame);
}

TEST(LinkMessages, carryWhatIsInForce) {
    link::Measures measures;
    measures.add(link::Measure::pidNamespace);
    const std::string frame = flat(link::encode(link::Confined{measures.bits(), "signal_scope (no)"}));
    const auto message = link::decode(frame);
    ASSERT_TRUE(message) << message.error().text();
    EXPECT_EQ(link::Measures(std::get<link::Confined>(*message).inForce), measures);
    EXPECT_EQ(std::get<link::Confined>(*message).lacking, "signal_scope (no)");
}

TEST(Measures, haveNamesAndFormSets) {
    link::Measures all;
    for (const auto name : link::Measures::all().names()) {
        const auto measure = link::measureNamed(name);
        ASSERT_TRUE(measure) << name;
        EXPECT_FALSE(all.has(*measure)) << name;
        all.add(*measure);
    }
    EXPECT_EQ(all, link::Measures::all());
    EXPECT_TRUE(all.without(all).empty());
    EXPECT_EQ(link::Measures(~0U).names().size(), 7U);
    EXPECT_FALSE(link::measureNamed(""));
    EXPECT_FALSE(link::measureNamed("pid"));
}

struct Ends {
    Ends() {
        auto pair = Link::pair();
        here = std::move(pair->first);
        there = std::make_unique<Link>(std::move(pair->second));
    }
    std::unique_ptr<Link> here;
    std::unique_ptr<Link> there;
    std::string buffer;
};

TextMemory memoryWith(std::string_view text) {
    TextMemory memory;
    EXPECT_TRUE(memory.write(text));
    return memory;
}

TEST(Link, carriesALargePayloadInSharedMemory) {
    Ends ends;
    const std::string large(5UL << 20U, 'x');
    ASSERT_TRUE(ends.here->send(link::Finished{0, 1, 0, {large}}));
    const auto received = ends.there->receive(ends.buffer, true);
    ASSERT_TRUE(received && *received);
    EXPECT_EQ(*payloadText(**received, large.size()), large);
    EXPECT_EQ(payloadText(**received, large.size() - 1).error().code(), Code::exhausted);
}

TEST(Link, carriesAPayloadThatIsInMemoryAlready) {
    Ends ends;
    const std::string large(100'000, 'x');
    const TextMemory memory = memoryWith(large + "what was there before");
    ASSERT_TRUE(
        ends.here->send(link::Finished{0, 1, 0, link::Payload::inMemory(large.size())}, {}, memory.descriptor()));
    const auto received = ends.there->receive(ends.buffer, true);
    ASSERT_TRUE(received && *received);
    EXPECT_EQ(*payloadText(**received, large.size()), large);
    EXPECT_EQ(payloadText(**received, large.size() - 1).error().code(), Code::exhausted);
}

TEST(Link, waitsNoLongerThanItsPatience) {
    Ends ends;
    ends.there->setPatience(std::chrono::seconds(1));
    const auto nothing = ends.there->receive(ends.buffer, true);
    EXPECT_TRUE(nothing && !*nothing);
}

TEST(Link, carriesADescriptorAndALargePayloadTogether) {
    Ends ends;
    const std::string large(1UL << 20U, 'x');
    link::Start start;
    start.plugin = link::Payload(large);
    ASSERT_TRUE(ends.here->send(start, memoryWith("library").descriptor()));
    auto received = ends.there->receive(ends.buffer, true);
    ASSERT_TRUE(received && *received);
    EXPECT_EQ(*payloadText(**received, large.size()), large);
    EXPECT_EQ(*readText((*received)->descriptor, 7), "library");
}

TEST(Link, keepsWhatDoesNotFitAndSendsItInOrder) {
    Ends ends;
    const std::string text(32UL << 10U, 'x');
    std::uint64_t sent = 0;
    while (!ends.here->waiting()) {
        ASSERT_TRUE(ends.here->post(link::Finished{0, ++sent, 0, {text}}));
    }
    ASSERT_TRUE(ends.here->post(link::Finished{0, ++sent, 0, {text + text + text}}));
    for (std::uint64_t number = 1; number <= sent; ++number) {
        ASSERT_TRUE(ends.here->flush());
        const auto received = ends.there->receive(ends.buffer, false);
        ASSERT_TRUE(received && *received) << number;
        EXPECT_EQ(std::get<link::Finished>((*received)->message).number, number);
    }
    EXPECT_FALSE(ends.here->waiting());
}

TEST(Link, keepsNotWithoutEndForWhoDoesNotRead) {
    Ends ends;
    std::uint64_t sent = 0;
    auto posted = ends.here->post(link::Finished{0, ++sent, 0, {"null"}});
    while (posted && sent < 100'000) {
        posted = ends.here->post(link::Finished{0, ++sent, 0, {"null"}});
    }
    ASSERT_FALSE(posted);
    EXPECT_EQ(posted.error().code(), Code::exhausted);
    for (std::uint64_t number = 1; number < sent; ++number) {
        ASSERT_TRUE(ends.here->flush());
        const auto received = ends.there->receive(ends.buffer, false);
        ASSERT_TRUE(received && *received) << number;
    }
    EXPECT_FALSE(ends.here->waiting());
}

TEST(Link, refusesOnlyTheMessageThatIsTooLong) {
    Ends ends;
    for (const link::Message& message : tooLong) {
        EXPECT_EQ(ends.here->send(message).error().code(), Code::exhausted);
        EXPECT_EQ(ends.here->post(message).error().code(), Code::exhausted);
    }
    ASSERT_TRUE(ends.here->send(link::Stop{}));
    const auto received = ends.there->receive(ends.buffer, false);
    ASSERT_TRUE(received && *received);
    EXPECT_TRUE(std::holds_alternative<link::Stop>((*received)->message));
}

TEST(Link, isNotClosedOnlyBecauseASingleMessageCannotBeSent) {
    Ends ends;
    const int little = 4096;
    ASSERT_EQ(::setsockopt(ends.here->descriptor(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little), 0);
    const std::string text(60UL << 10U, 'x');
    EXPECT_EQ(ends.here->send(link::Finished{0, 1, 0, {text}}).error().code(), Code::exhausted);
    EXPECT_EQ(ends.here->post(link::Finished{0, 1, 0, {text}}).error().code(), Code::exhausted);
    EXPECT_TRUE(ends.here->send(link::Stop{}));
    EXPECT_EQ(Link(Descriptor()).send(link::Stop{}).error().code(), Code::internal);
}

TEST(Link, passesAMessageOnWithoutTheDescriptorThatThisProcessCannotTake) {
    Ends ends;
    const std::string large(1UL << 20U, 'x');
    ASSERT_TRUE(ends.here->send(link::Finished{0, 7, 0, {large}}));
    ASSERT_TRUE(ends.here->send(link::Offer{}, memoryWith("content").descriptor()));
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
    const auto result = ends.there->receive(ends.buffer, true);
    std::string other;
    const auto offer = ends.there->receive(other, true);
    ::setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_TRUE(result && *result);
    EXPECT_EQ(std::get<link::Finished>((*result)->message).number, 7U);
    EXPECT_EQ(payloadText(**result, large.size()).error().code(), Code::exhausted);
    ASSERT_TRUE(offer && *offer);
    EXPECT_FALSE((*offer)->descriptor);
}

TEST(Link, saysThatTheOtherEndIsClosed) {
    Ends ends;
    ends.there.reset();
    EXPECT_EQ(ends.here->receive(ends.buffer, true).error().code(), Code::unavailable);
    EXPECT_EQ(ends.here->send(link::Stop{}).error().code(), Code::unavailable);
    EXPECT_EQ(ends.here->post(link::Stop{}).error().code(), Code::unavailable);
}

TEST(Link, readsWhatTheOtherEndSaidBeforeItLeftSomethingUnread) {
    Ends ends;
    ASSERT_TRUE(ends.here->send(link::Stop{}));
    ASSERT_TRUE(ends.there->send(link::Refused{"shortage", "no process"}));
    ends.there.reset();
    const auto received = ends.here->receive(ends.buffer, true);
    ASSERT_TRUE(received) << received.error().text();
    EXPECT_EQ(std::get<link::Refused>((*received)->message).text, "no process");
    EXPECT_EQ(ends.here->receive(ends.buffer, true).error().code(), Code::unavailable);
}

TEST(Link, refusesWhatIsNoFrameAndDescriptorsThatShouldNotBeThere) {
    Ends ends;
    ASSERT_EQ(::send(ends.here->descriptor(), "nonsense", 8, 0), 8);
    EXPECT_EQ(ends.there->receive(ends.buffer, true).error().code(), Code::invalid);
    ASSERT_TRUE(ends.here->send(link::Stop{}, memoryWith("uninvited").descriptor()));
    EXPECT_EQ(ends.there->receive(ends.buffer, true).error().text(), "a frame with 1 descriptors");
    ASSERT_TRUE(ends.here->send(link::Offer{}));
    EXPECT_EQ(ends.there->receive(ends.buffer, true).error().text(), "a frame with 0 descriptors");
}

TEST(Link, keepsNoMoreThanTheDescriptorsOfOneFrameThatDoNotBelongThere) {
    Ends ends;
    constexpr int mostInAFrame = 253;
    for (int i = 0; i <= mostInAFrame; ++i) {
        ASSERT_TRUE(ends.here->send(link::Stopped{}));
        ASSERT_TRUE(ends.there->receive(ends.buffer, true)) << i;
        ends.there->dismiss({link::Offer{}, memoryWith("x").descriptor().duplicate(), {}});
    }
    ASSERT_TRUE(ends.here->send(link::Stopped{}));
    EXPECT_EQ(ends.there->receive(ends.buffer, true).error().code(), Code::invalid);
}

TEST(TextMemory, isWrittenAgainAndAgain) {
    TextMemory memory = memoryWith("12345678");
    const int first = memory.descriptor().get();
    ASSERT_TRUE(memory.write("abc"));
    EXPECT_EQ(memory.descriptor().get(), first);
    EXPECT_EQ(*readText(memory.descriptor(), 8), "abc45678");
    EXPECT_EQ(readText(memory.descriptor(), 9).error().code(), Code::invalid);
}

TEST(TextMemory, isWrittenInPieces) {
    TextMemory memory = memoryWith("12345678");
    ASSERT_TRUE(memory.write({"ab", "", "cd", "e"}));
    EXPECT_EQ(*readText(memory.descriptor(), 8), "abcde678");
}

TEST(TextMemory, isNothingToWaitFor) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const Descriptor reading(ends[0]);
    const Descriptor writing(ends[1]);
    EXPECT_EQ(readText(reading, 1).error().code(), Code::invalid);
    EXPECT_EQ(readText(Descriptor(), 1).error().code(), Code::invalid);
}

}  // namespace
