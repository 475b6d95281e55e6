#include "link/link.h"

#include "link/measures.h"
#include "tests/support/failing_memory.h"

#include <gtest/gtest.h>

#include <new>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using aip::base::Code;
using aip::base::Descriptor;
using aip::link::Link;
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

/// `here` is the agent, `there` the runner.
struct Ends {
    Ends() {
        auto pair = Link::pair();
        here = std::move(pair->first);
        there = std::make_unique<Link>(std::move(pair->second));
        there->shareMemory(here->memory().descriptor().duplicate());
    }
    std::unique_ptr<Link> here;
    std::unique_ptr<Link> there;
    aip::base::ByteBuffer buffer;
};

TextMemory memoryWith(std::string_view text) {
    auto memory = TextMemory::make();
    EXPECT_TRUE(memory && memory->write(text));
    return *std::move(memory);
}

link::Invoke invokeWith(std::string_view parameters) {
    link::Invoke invoke;
    invoke.number = 7;
    invoke.parameters = link::Payload(parameters);
    return invoke;
}

TEST(Link, carriesALargePayloadOfTheAgentInMemoryOfItsOwn) {
    Ends ends;
    const std::string large(5UL << 20U, 'x');
    for (const bool fits : {true, false}) {
        ASSERT_TRUE(ends.here->send(invokeWith(large)));
        auto received = ends.there->receive(ends.buffer, true);
        ASSERT_TRUE(received && *received);
        const auto payload = ends.there->payload(**received, large.size() - (fits ? 0 : 1));
        EXPECT_EQ(payload ? *payload : payload.error().text().substr(0, 26),
                  fits ? large : "it has 5242880 bytes, the ");
    }
    EXPECT_FALSE(*ends.here->receive(ends.buffer, false));
}

/// What the runner hears of that payload.
link::Taken takenBy(Ends& ends) {
    aip::base::ByteBuffer buffer;
    const auto answer = ends.there->receive(buffer, false);
    EXPECT_TRUE(answer && *answer);
    return std::get<link::Taken>((*answer)->message);
}

TEST(Link, carriesALargePayloadOfTheRunnerInItsAreaAndSaysThatItIsTaken) {
    Ends ends;
    const std::string large(100'000, 'x');
    ASSERT_TRUE(ends.there->memory().write(large + "what was there before", link::areaOfResult(3)));
    ASSERT_TRUE(ends.there->send(link::Finished{3, 7, 0, link::Payload::inMemory(large.size())}));
    ASSERT_TRUE(ends.there->send(link::Tools{{large + "y"}}));
    auto result = ends.here->receive(ends.buffer, true);
    ASSERT_TRUE(result && *result);
    EXPECT_EQ(*ends.here->payload(**result, large.size()), large);
    const auto taken = takenBy(ends);
    EXPECT_EQ(taken.area, link::areaOfResult(3));
    EXPECT_EQ(taken.number, 7U);
    auto tools = ends.here->receive(ends.buffer, true);
    ASSERT_TRUE(tools && *tools);
    EXPECT_EQ(ends.here->payload(**tools, large.size()).error().code(), Code::exhausted);
    EXPECT_EQ(takenBy(ends).area, link::areaOfTools);
}

TEST(Link, refusesAPayloadThatIsNotInItsArea) {
    Ends ends;
    for (const std::uint32_t place : {0U, 5U, ~0U - 1, ~0U}) {
        ASSERT_TRUE(ends.there->send(link::Finished{place, 7, 0, link::Payload::inMemory(100'000)}));
        auto result = ends.here->receive(ends.buffer, true);
        ASSERT_TRUE(result && *result);
        EXPECT_EQ(ends.here->payload(**result, 100'000).error().code(), Code::invalid);
    }
}

TEST(Link, waitsNoLongerThanItsPatience) {
    Ends ends;
    ends.there->setPatience(std::chrono::seconds(1));
    const auto nothing = ends.there->receive(ends.buffer, true);
    EXPECT_TRUE(nothing && !*nothing);
}

TEST(Link, carriesTheDescriptorsOfAStartAndALargePayloadTogether) {
    Ends ends;
    const std::string large(1UL << 20U, 'x');
    link::Start start;
    start.plugin = link::Payload(large);
    ASSERT_TRUE(ends.here->memory().write("for results"));
    ASSERT_TRUE(ends.here->send(start, memoryWith("library").descriptor()));
    auto received = ends.there->receive(ends.buffer, true);
    ASSERT_TRUE(received && *received);
    EXPECT_EQ(*ends.there->payload(**received, large.size()), large);
    EXPECT_EQ(*TextMemory(std::move((*received)->descriptor)).read(7), "library");
    EXPECT_EQ(*TextMemory(std::move((*received)->memory)).read(11), "for results");
}

TEST(Link, keepsWhatDoesNotFitAndSendsItInOrder) {
    Ends ends;
    const std::string text(32UL << 10U, 'x');
    std::uint64_t sent = 0;
    while (!ends.here->waiting()) {
        ASSERT_TRUE(ends.here->post(link::Finished{0, ++sent, 0, {text}}));
    }
    ASSERT_TRUE(ends.here->post(invokeWith(text + text + text)));
    for (std::uint64_t number = 1; number <= sent; ++number) {
        ASSERT_TRUE(ends.here->flush());
        const auto received = ends.there->receive(ends.buffer, false);
        ASSERT_TRUE(received && *received) << number;
        EXPECT_EQ(std::get<link::Finished>((*received)->message).number, number);
    }
    ASSERT_TRUE(ends.here->flush());
    auto last = ends.there->receive(ends.buffer, false);
    ASSERT_TRUE(last && *last);
    EXPECT_EQ(*ends.there->payload(**last, 1UL << 20U), text + text + text);
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
    ASSERT_TRUE(ends.here->send(invokeWith(large)));
    ASSERT_TRUE(ends.here->send(link::Offer{}, memoryWith("content").descriptor()));
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
    auto invoke = ends.there->receive(ends.buffer, true);
    aip::base::ByteBuffer other;
    const auto offer = ends.there->receive(other, true);
    ::setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_TRUE(invoke && *invoke);
    EXPECT_EQ(std::get<link::Invoke>((*invoke)->message).number, 7U);
    EXPECT_EQ(ends.there->payload(**invoke, large.size()).error().code(), Code::exhausted);
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
    const auto frame = link::encode(link::Finished{0, 1, 0, link::Payload::inMemory(100'000)});
    ASSERT_TRUE(frame);
    ASSERT_EQ(::send(ends.here->descriptor(), frame->head.data(), frame->head.size(), 0), ssize_t(frame->head.size()));
    EXPECT_TRUE(ends.there->receive(ends.buffer, true)) << "its payload comes without a descriptor";
}

TEST(Link, keepsNoMoreThanTheDescriptorsOfOneFrameThatDoNotBelongThere) {
    Ends ends;
    constexpr int mostInAFrame = 253;
    for (int i = 0; i <= mostInAFrame; ++i) {
        ASSERT_TRUE(ends.here->send(link::Stopped{}));
        ASSERT_TRUE(ends.there->receive(ends.buffer, true)) << i;
        ends.there->dismiss({link::Offer{}, memoryWith("x").descriptor().duplicate()});
    }
    ASSERT_TRUE(ends.here->send(link::Stopped{}));
    EXPECT_EQ(ends.there->receive(ends.buffer, true).error().code(), Code::invalid);
}

TEST(Link, saysThatThereIsNoMemoryForAMessage) {
    Ends ends;
    bool failed = true;
    for (std::size_t failing = 1; failed; ++failing) {
        aip::tests::failAllocation(failing);
        const auto sent = ends.there->send(link::Finished{0, 7, 0, {"null"}});
        failed = aip::tests::allocationHasFailed();
        aip::tests::failAllocation(0);
        EXPECT_EQ(sent ? Code::ok : sent.error().code(), failed ? Code::exhausted : Code::ok) << failing;
    }
}

TEST(Link, saysThatThereIsNoMemoryForAPayload) {
    Ends ends;
    for (const std::string& text : {std::string(40'000, 'x'), std::string(400'000, 'x')}) {
        bool failed = true;
        for (std::size_t failing = 1; failed; ++failing) {
            ASSERT_TRUE(ends.here->send(invokeWith(text)));
            auto received = ends.there->receive(ends.buffer, true);
            ASSERT_TRUE(received && *received);
            aip::tests::failAllocation(failing);
            const auto copy = ends.there->payload(**received, text.size());
            failed = aip::tests::allocationHasFailed();
            aip::tests::failAllocation(0);
            EXPECT_EQ(copy ? Code::ok : copy.error().code(), failed ? Code::exhausted : Code::ok) << failing;
        }
    }
}

TEST(Link, losesNoMessageThatThereIsNoMemoryFor) {
    Ends ends;
    bool failed = true;
    for (std::size_t failing = 1; failed; ++failing) {
        ASSERT_TRUE(ends.here->send(invokeWith("{}")));
        aip::base::ByteBuffer buffer;
        aip::tests::failAllocation(failing);
        try {
            EXPECT_TRUE(ends.there->receive(buffer, false));
        } catch (const std::bad_alloc&) {
        }
        failed = aip::tests::allocationHasFailed();
        aip::tests::failAllocation(0);
        const auto again = ends.there->receive(buffer, false);
        EXPECT_EQ(again && *again, failed) << failing;
    }
}

TEST(TextMemory, isWrittenAgainAndAgain) {
    const TextMemory memory = memoryWith("12345678");
    ASSERT_TRUE(memory.write("abc"));
    EXPECT_EQ(*memory.read(8), "abc45678");
    EXPECT_EQ(memory.read(9).error().code(), Code::invalid);
}

TEST(TextMemory, isWrittenInPieces) {
    const TextMemory memory = memoryWith("12345678");
    ASSERT_TRUE(memory.write({"ab", "", "cd", "e"}));
    EXPECT_EQ(*memory.read(8), "abcde678");
}

TEST(TextMemory, keepsTheTextsOfItsAreasApart) {
    const TextMemory memory = memoryWith("first");
    const std::string large(300'000, 'x');
    ASSERT_TRUE(memory.write(large, 256));
    ASSERT_TRUE(memory.write("second", 1));
    EXPECT_EQ(*memory.read(5), "first");
    EXPECT_EQ(*memory.read(6, 1), "second");
    EXPECT_EQ(*memory.read(large.size(), 256), large);
    struct stat before {};
    struct stat after {};
    ::fstat(memory.descriptor().get(), &before);
    memory.free(256);
    ::fstat(memory.descriptor().get(), &after);
    EXPECT_LE(after.st_blocks, before.st_blocks - 500);
    EXPECT_EQ(*memory.read(5), "first");
}

TEST(TextMemory, isShorterIfAnotherProcessHasMadeItSo) {
    const TextMemory memory = memoryWith("12345678");
    ASSERT_EQ(::ftruncate(memory.descriptor().get(), 4), 0);
    EXPECT_EQ(memory.read(8).error().code(), Code::invalid);
    EXPECT_EQ(TextMemory().read(1).error().code(), Code::invalid);
    EXPECT_EQ(TextMemory().write("x").error().code(), Code::exhausted);
}

}  // namespace
