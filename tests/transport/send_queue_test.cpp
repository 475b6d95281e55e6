#include "transport/send_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace aip::transport;

/// A mask of zeros, so that payloads are readable in the frames.
MaskSource noMask() {
    return [] { return MaskKey{}; };
}

std::string head(unsigned char first, std::size_t payload) {
    std::string out(maxFrameHeader, '\0');
    out.resize(writeHeader(out.data(), (first & 0x80U) != 0, static_cast<Opcode>(first & 0x0FU), payload, MaskKey{}));
    return out;
}

std::string frame(unsigned char first, const std::string& payload) {
    return head(first, payload.size()) + payload;
}

/// Takes the next block, as if it were written at once.
std::string take(SendQueue& queue) {
    std::string block(queue.next());
    queue.sent(block.size());
    return block;
}

OutgoingMessage text(std::vector<std::string> pieces) {
    return {.pieces = std::move(pieces)};
}
OutgoingMessage urgent(std::string piece) {
    return {.pieces = {std::move(piece)}, .urgent = true};
}

TEST(SendQueue, putsASmallMessageIntoOneFrame) {
    SendQueue queue(100, noMask());
    queue.push(text({"{\"a\":", "", "1}"}));
    EXPECT_EQ(queue.queued(), 7U);
    EXPECT_EQ(take(queue), frame(0x81, "{\"a\":1}"));
    EXPECT_EQ(queue.queued(), 0U);
    EXPECT_EQ(take(queue), "");
}

TEST(SendQueue, sendsAnEmptyMessage) {
    SendQueue queue(100, noMask());
    queue.push({});
    EXPECT_EQ(take(queue), frame(0x81, ""));
}

TEST(SendQueue, masksEachFrameWithItsOwnKey) {
    char next = 0;
    SendQueue queue(3, [&next] { return MaskKey{++next, 0, 0, 0}; });
    queue.push(text({"aa", "aab"}));
    EXPECT_EQ(take(queue), std::string("\x01\x83\x01\0\0\0`aa", 9) + std::string("\x80\x82\x02\0\0\0cb", 8));
}

TEST(SendQueue, cutsAMessageIntoFragmentsAcrossItsPieces) {
    SendQueue queue(1000, noMask());
    const std::string a(700, 'a');
    const std::string b(1800, 'b');
    queue.push(text({a, b}));
    EXPECT_EQ(take(queue), frame(0x01, a + b.substr(0, 300)));
    EXPECT_EQ(queue.queued(), 1500U);
    EXPECT_EQ(take(queue), frame(0x00, b.substr(0, 1000)));
    EXPECT_EQ(take(queue), frame(0x80, b.substr(0, 500)));
}

TEST(SendQueue, putsSmallMessagesIntoOneBlock) {
    SendQueue queue(1000, noMask());
    queue.push(text({"one"}));
    queue.push(text({"two"}));
    EXPECT_EQ(take(queue), frame(0x81, "one") + frame(0x81, "two"));
}

TEST(SendQueue, sendsControlFramesBetweenFragments) {
    SendQueue queue(1000, noMask());
    queue.push(text({std::string(2000, 'a')}));
    take(queue);
    queue.pong("p");
    queue.ping();
    EXPECT_EQ(take(queue), frame(0x8A, "p") + frame(0x89, "") + frame(0x80, std::string(1000, 'a')));
}

TEST(SendQueue, keepsOnlyTheLatestPong) {
    SendQueue queue(1000, noMask());
    queue.pong("first");
    queue.pong("second");
    EXPECT_EQ(take(queue), frame(0x8A, "second"));
}

TEST(SendQueue, letsUrgentMessagesOvertakeThoseThatHaveNotBegun) {
    SendQueue queue(1000, noMask());
    queue.push(text({std::string(1500, 'a')}));
    queue.push(text({std::string(1000, 'b')}));
    take(queue);
    queue.push(urgent("u1"));
    queue.push(urgent("u2"));
    EXPECT_EQ(take(queue), frame(0x80, std::string(500, 'a')) + frame(0x81, "u1") + frame(0x81, "u2"));
    EXPECT_EQ(take(queue), frame(0x81, std::string(1000, 'b')));
}

TEST(SendQueue, marksBinaryMessages) {
    SendQueue queue(1000, noMask());
    queue.push({.pieces = {"\x01"}, .binary = true});
    EXPECT_EQ(take(queue), frame(0x82, "\x01"));
}

TEST(SendQueue, letsNothingButControlFramesBetweenAMessageAndItsAttachment) {
    SendQueue queue(1000, noMask());
    queue.push({.pieces = {"announced"}, .attachment = std::string(2500, 'a')});
    queue.push(urgent("u"));
    queue.close(1000, "");
    EXPECT_EQ(queue.queued(), 2510U);
    EXPECT_EQ(take(queue), frame(0x81, "u") + frame(0x81, "announced") + frame(0x02, std::string(1000, 'a')));
    queue.pong("p");
    EXPECT_EQ(take(queue), frame(0x8A, "p") + frame(0x00, std::string(1000, 'a')));
    EXPECT_EQ(take(queue), frame(0x80, std::string(500, 'a')) + frame(0x88, "\x03\xE8"));
    EXPECT_EQ(queue.queued(), 0U);
}

TEST(SendQueue, makesUrgentMessagesWaitForTheAttachmentOfOneThatIsOut) {
    SendQueue queue(1000, noMask());
    queue.push({.pieces = {std::string(990, 'm')}, .attachment = std::string(1000, 'a')});
    EXPECT_EQ(take(queue), frame(0x81, std::string(990, 'm')));
    queue.push(urgent("u"));
    EXPECT_EQ(take(queue), frame(0x82, std::string(1000, 'a')) + frame(0x81, "u"));
}

TEST(SendQueue, sendsAnEmptyAttachment) {
    SendQueue queue(1000, noMask());
    queue.push({.pieces = {"announced"}, .attachment = std::string()});
    EXPECT_EQ(take(queue), frame(0x81, "announced") + frame(0x82, ""));
}

TEST(SendQueue, dropsAnAttachmentWhenItMustCloseNow) {
    SendQueue queue(1000, noMask());
    queue.push({.pieces = {std::string(990, 'm')}, .attachment = std::string(1000, 'a')});
    take(queue);
    queue.closeNow(1002, "");
    EXPECT_EQ(take(queue), frame(0x88, "\x03\xEA"));
    EXPECT_EQ(queue.queued(), 0U);
}

TEST(SendQueue, givesTheRestAfterAPartialWrite) {
    SendQueue queue(1000, noMask());
    queue.push(text({"hello"}));
    queue.sent(queue.next().substr(0, 3).size());
    EXPECT_EQ(queue.next(), frame(0x81, "hello").substr(3));
    EXPECT_EQ(queue.queued(), frame(0x81, "hello").size() - 3);
}

TEST(SendQueue, closesBehindWhatIsQueuedAndTakesNothingAfter) {
    SendQueue queue(1000, noMask());
    queue.push(text({std::string(1500, 'a')}));
    queue.close(1001, "going");
    queue.push(text({"late"}));
    take(queue);
    EXPECT_FALSE(queue.closed());
    EXPECT_EQ(take(queue), frame(0x80, std::string(500, 'a')) + frame(0x88, "\x03\xE9going"));
    EXPECT_TRUE(queue.closed());
    queue.ping();
    EXPECT_EQ(take(queue), "");
}

TEST(SendQueue, dropsWhatHasNotBegunWhenItMustCloseNow) {
    SendQueue queue(1000, noMask());
    queue.push(text({std::string(3000, 'a')}));
    queue.push(text({"b"}));
    queue.close(1000, "");
    queue.sent(queue.next().substr(0, 10).size());
    queue.closeNow(1002, "bad");
    EXPECT_EQ(take(queue), frame(0x01, std::string(1000, 'a')).substr(10));
    EXPECT_EQ(take(queue), frame(0x88,
                                 "\x03\xEA"
                                 "bad"));
    EXPECT_TRUE(queue.closed());
    EXPECT_EQ(queue.queued(), 0U);
}

TEST(SendQueue, closesOnlyOnce) {
    SendQueue queue(1000, noMask());
    queue.close(1000, "");
    take(queue);
    queue.closeNow(1002, "");
    EXPECT_EQ(take(queue), "");
}

TEST(SendQueue, closesWithoutBodyWhenNoCodeIsGiven) {
    SendQueue queue(1000, noMask());
    queue.closeNow(close_code::noneGiven, "ignored");
    EXPECT_EQ(take(queue), frame(0x88, ""));
}

TEST(SendQueue, cutsALongReasonAtACharacter) {
    SendQueue queue(1000, noMask());
    std::string reason(122, 'r');
    queue.close(1000, reason + "\xC3\xA4");
    EXPECT_EQ(take(queue), frame(0x88, "\x03\xE8" + reason));
}

TEST(SendQueue, abandonsEverything) {
    SendQueue queue(1000, noMask());
    queue.push(text({std::string(3000, 'a')}));
    queue.ping();
    queue.sent(queue.next().substr(0, 10).size());
    queue.abandon();
    EXPECT_EQ(queue.queued(), 0U);
    EXPECT_EQ(take(queue), "");
}

TEST(SendQueue, worksWithTheSmallestFragments) {
    SendQueue queue(1, noMask());
    queue.push(text({"abc"}));
    std::string all;
    for (std::string block = take(queue); !block.empty(); block = take(queue)) {
        all += block;
    }
    EXPECT_EQ(all, frame(0x01, "a") + frame(0x00, "b") + frame(0x80, "c"));
}

}  // namespace
