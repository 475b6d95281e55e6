#include "tests/lifecycle/transfer_harness.h"
#include "tests/support/fake_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>
#include <utility>

using namespace aip;
using namespace std::chrono_literals;
using hosting::Call;
using hosting::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

namespace {

/// Files to and from a session; the test plays the network. A piece has four bytes.
class SessionFiles : public testing::Test {
  protected:
    SessionFiles() { connect(); }

    lifecycle::SessionSettings settings() const {
        lifecycle::SessionSettings settings;
        settings.clientId = "dev";
        settings.heartbeatInterval = 24h;
        settings.maxQueueSize = 1'000'000;
        settings.transfer = {.receive = true,
                             .send = true,
                             .inbox = home / "inbox",
                             .maxFileSize = 100,
                             .maxInboxSize = 10'000,
                             .pieceTimeout = 5s,
                             .chunkSize = 4};
        return settings;
    }

    void connect() {
        ASSERT_EQ(channel.next(), "open");
        channel.opened();
        ASSERT_THAT(channel.next(), StartsWith(R"({"type":"register")"));
        channel.receive(R"({"type":"heartbeat","status":"ok"})");
        channel.waitIdle();
    }

    void receivePieces() {
        channel.receive(R"({"type":"file_transfer_start","filename":"f","size":6,"chunk_size":4,"total_chunks":2})");
        channel.receive(R"({"chunk_num":0,"chunk_size":4,"type":"binary_data","size":4})");
        channel.receiveFrame("{abc");
        channel.receive(R"({"chunk_num":1,"chunk_size":2,"type":"binary_data","size":2})");
        channel.receiveFrame("de");
    }

    /// Returns when the disk thread has done all earlier jobs: it refuses a file with a wrong checksum.
    void waitForDisk() {
        channel.receive(R"({"type":"binary_data","size":1,"checksum":"00000000000000000000000000000000"})");
        channel.receiveFrame("x");
        EXPECT_THAT(channel.next(), HasSubstr("refused: the checksum of what came is"));
    }

    std::string onlyContentInTheInbox() const {
        std::string content;
        for (const auto& name : tests::namesIn(home / "inbox")) {
            content += name.ends_with(".bin") ? tests::readFile(home.path() / "inbox" / name) : "";
        }
        return content;
    }

    Outcome run(Call& call) { return work ? work(call) : Outcome::success("\"done\""); }

    tests::TemporaryFolder home;
    tests::ManualClock clock;
    tests::FakeChannel channel{clock};
    std::function<Outcome(Call&)> work;
    tests::TransferHarness harness{channel, clock, settings(), [this](Call& call) { return run(call); }};
};

TEST_F(SessionFiles, takesAFileInPieces) {
    receivePieces();
    channel.receive(
        R"({"type":"file_transfer_complete","filename":"f","total_chunks":2,"checksum":"a0b0dfe59f0629593650bb540d5765ae"})");
    waitForDisk();
    EXPECT_EQ(onlyContentInTheInbox(), "{abcde");
}

TEST_F(SessionFiles, takesAFileInOneFrame) {
    channel.receive(R"({"type":"binary_data","filename":"f","mime_type":"image/png","size":2,"session_id":"s"})");
    channel.receive(R"({"type":"heartbeat","status":"ok"})");
    channel.receiveFrame("{}");
    waitForDisk();
    EXPECT_EQ(onlyContentInTheInbox(), "{}");
}

TEST_F(SessionFiles, refusesAFileWhoseChecksumIsWrongAndTakesTheNext) {
    receivePieces();
    channel.receive(R"({"type":"file_transfer_complete","checksum":"900150983cd24fb0d6963f7d28e17f72"})");
    EXPECT_THAT(channel.next(),
                AllOf(StartsWith(R"({"type":"error","status":"error")"), HasSubstr("File 'f' refused: the checksum")));
    EXPECT_THAT(tests::namesIn(home / "inbox"), IsEmpty());
    receivePieces();
    channel.receive(R"({"type":"file_transfer_complete"})");
    waitForDisk();
    EXPECT_EQ(onlyContentInTheInbox(), "{abcde");
}

TEST_F(SessionFiles, removesAFileThatIsBroken) {
    receivePieces();
    channel.receive(R"({"type":"file_transfer_start","filename":"g","size":1,"total_chunks":1})");
    EXPECT_THAT(channel.next(), HasSubstr("File 'f' refused: another file is under way"));
    waitForDisk();
    EXPECT_THAT(tests::namesIn(home / "inbox"), IsEmpty());
}

TEST_F(SessionFiles, givesUpAFileThatDoesNotGoOn) {
    receivePieces();
    channel.waitIdle();
    clock.advance(5s);
    EXPECT_THAT(channel.next(), HasSubstr("File 'f' refused: nothing came for 5000 ms"));
    waitForDisk();
    EXPECT_THAT(tests::namesIn(home / "inbox"), IsEmpty());
}

TEST_F(SessionFiles, forgetsAFileWithItsConnection) {
    receivePieces();
    channel.closed({});
    channel.waitIdle();
    clock.advance(61s);
    connect();
    channel.receive(R"({"type":"file_transfer_complete"})");
    EXPECT_THAT(channel.next(), HasSubstr("File refused: no file was begun"));
    waitForDisk();
    EXPECT_THAT(tests::namesIn(home / "inbox"), IsEmpty());
}

TEST_F(SessionFiles, tellsTheServerThatTheInboxCannotBeUsed) {
    tests::writeFile(home / "inbox", "a file");
    receivePieces();
    EXPECT_THAT(channel.next(), HasSubstr("File 'f' refused: opening the inbox"));
    channel.receive(R"({"type":"file_transfer_complete"})");
    channel.receive(tests::TransferHarness::command("s"));
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"command_results")"));
}

TEST_F(SessionFiles, takesATextInABinaryFrame) {
    channel.receiveFrame(" " + tests::TransferHarness::command("s"));
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"command_results")"));
    channel.receiveFrame("\x01\x02");
    EXPECT_THAT(channel.next(), HasSubstr("a binary frame came that was not announced"));
}

TEST_F(SessionFiles, sendsAFileInOneFrameBeforeTheResultOfItsCall) {
    work = [this](Call& call) {
        EXPECT_TRUE(harness.hand("a.txt", "abc", std::string(call.request().caller.session)));
        return Outcome::success("\"done\"");
    };
    channel.receive(tests::TransferHarness::command("s1"));
    EXPECT_THAT(channel.next(), AllOf(StartsWith(R"({"type":"binary_data","filename":"a.txt","mime_type":"text/plain",)"
                                                 R"("checksum":"900150983cd24fb0d6963f7d28e17f72",)"
                                                 R"("session_id":"s1","size":3,"timestamp":")"),
                                      Not(HasSubstr("chunk"))));
    EXPECT_EQ(channel.next(), "frame abc");
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"command_results")"));
}

TEST_F(SessionFiles, sendsALargeFileInPiecesInTheOrderOfTheReference) {
    work = [this](Call&) {
        EXPECT_TRUE(harness.hand("a", "abcdefghij", "s1"));
        EXPECT_TRUE(harness.hand("b", "", "s1"));
        return Outcome::success("\"done\"");
    };
    channel.receive(tests::TransferHarness::command("s1"));
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"file_transfer_start","filename":"a","mime_type":"text/plain",)"
                                           R"("session_id":"s1","size":10,"chunk_size":4,"total_chunks":3,)"));
    for (const std::string piece : {"0abcd", "1efgh", "2ij"}) {
        const std::string size = std::to_string(piece.size() - 1);
        std::string header = R"({"type":"binary_data","size":)";
        header.append(size).append(R"(,"chunk_size":)").append(size).append(R"(,"chunk_num":)").append(1, piece[0]);
        EXPECT_THAT(channel.next(), StartsWith(header + ","));
        EXPECT_EQ(channel.next(), "frame " + piece.substr(1));
    }
    EXPECT_THAT(channel.next(),
                StartsWith(R"({"type":"file_transfer_complete","filename":"a",)"
                           R"("checksum":"a925576942e94b2ef57a066101b48876","session_id":"s1","total_chunks":3,)"));
    EXPECT_THAT(channel.next(), HasSubstr(R"("filename":"b")"));
    EXPECT_EQ(channel.next(), "frame ");
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"command_results")"));
}

TEST_F(SessionFiles, keepsNoOtherSessionWaiting) {
    channel.congestion = 5;
    work = [this](Call& call) {
        return call.request().caller.session == "s1" && !harness.hand("a", "abc", "s1")
                   ? Outcome::failure(base::Code::internal, "x")
                   : Outcome::success("\"done\"");
    };
    channel.receive(tests::TransferHarness::command("s1"));
    channel.waitIdle();
    channel.receive(tests::TransferHarness::command("s2"));
    EXPECT_THAT(channel.next(), HasSubstr(R"("session_id":"s2")"));
    channel.congestion = 4;
    channel.wake();
    EXPECT_THAT(channel.next(), HasSubstr(R"("type":"binary_data")"));
    EXPECT_EQ(channel.next(), "frame abc");
    EXPECT_THAT(channel.next(), HasSubstr(R"("session_id":"s1")"));
}

TEST_F(SessionFiles, letsNoMoreBytesWaitForAFileThanMayWaitToBeSent) {
    channel.congestion = 5;
    work = [this, handed = false](Call&) mutable {
        EXPECT_TRUE(std::exchange(handed, true) || harness.hand("a", "abc", "s1"));
        return Outcome::success('"' + std::string(600'000, 'x') + '"');
    };
    channel.receive(tests::TransferHarness::command("s1"));
    std::string second = tests::TransferHarness::command("s1");
    channel.receive(second.replace(second.find("r-s1"), 4, "r-s2"));
    EXPECT_THAT(channel.next(), AllOf(HasSubstr("r-s2"), HasSubstr("failure"), HasSubstr("of others wait")));
    channel.congestion = 0;
    channel.wake();
    EXPECT_THAT(channel.next(), HasSubstr(R"("type":"binary_data")"));
    EXPECT_EQ(channel.next(), "frame abc");
    EXPECT_THAT(channel.next(), AllOf(HasSubstr("r-s1"), HasSubstr("success")));
}

TEST_F(SessionFiles, dropsTheFilesOfATaskThatHasEnded) {
    channel.congestion = 5;
    ASSERT_TRUE(harness.hand("a", "abcde", "s1"));
    EXPECT_THAT(channel.next(), HasSubstr("file_transfer_start"));
    ASSERT_TRUE(harness.hand("b", "abc", "s1"));
    ASSERT_TRUE(harness.hand("c", "abc", "s2"));
    channel.receive(R"({"type":"task_end","status":"completed","session_id":"s1"})");
    EXPECT_THAT(channel.next(), HasSubstr("File 'a' of session 's1' is not sent to its end: the task has ended"));
    EXPECT_THAT(channel.next(), HasSubstr("File 'b' of session 's1' is not sent: the task has ended"));
    channel.congestion = 0;
    channel.wake();
    EXPECT_THAT(channel.next(), HasSubstr(R"("filename":"c")"));
}

TEST_F(SessionFiles, dropsWhatWasHandedOverForALostConnection) {
    channel.congestion = 5;
    ASSERT_TRUE(harness.hand("a", "abcde", "s1"));
    EXPECT_THAT(channel.next(), HasSubstr("file_transfer_start"));
    channel.closed({});
    channel.waitIdle();
    EXPECT_EQ(harness.hand("b", "abc", "s1").error().code(), base::Code::unavailable);
    EXPECT_THAT(channel.next(), HasSubstr("is not sent to its end"));  // a real channel ignores it
    channel.congestion = 0;
    clock.advance(61s);
    connect();
    ASSERT_TRUE(harness.hand("c", "abc", "s1"));
    EXPECT_THAT(channel.next(), HasSubstr(R"("filename":"c")"));
}

TEST_F(SessionFiles, tellsTheServerThatAFileWasShortened) {
    auto artifact = *hosting::spoolArtifact("abcde");
    artifact.size = 6;
    artifact.name = "a";
    ASSERT_TRUE(harness.outbox->put(std::move(artifact)));
    EXPECT_THAT(channel.next(), HasSubstr("file_transfer_start"));
    EXPECT_THAT(channel.next(), HasSubstr(R"("chunk_num":0)"));
    EXPECT_EQ(channel.next(), "frame abcd");
    EXPECT_THAT(channel.next(), HasSubstr("is not sent to its end: it was shortened"));
}

TEST_F(SessionFiles, letsNoMoreFilesWaitThanItHasRoomFor) {
    channel.congestion = 5;
    for (std::size_t i = 0; i < lifecycle::Outbox::maxFiles; ++i) {
        ASSERT_TRUE(harness.hand("a", "abc", "s1"));
    }
    channel.waitIdle();
    EXPECT_EQ(harness.hand("a", "abc", "s1").error().code(), base::Code::exhausted);
}

TEST_F(SessionFiles, stopsWithoutWaitingForFilesAnyLongerThanForCommands) {
    channel.congestion = 5;
    std::promise<void> handed;
    work = [&](Call&) {
        EXPECT_TRUE(harness.hand("a", "abc", "s1"));
        handed.set_value();
        return Outcome::success("\"done\"");
    };
    channel.receive(tests::TransferHarness::command("s1"));
    handed.get_future().wait();
    harness.session.stop();
    channel.waitIdle();
    clock.advance(10s);
    EXPECT_THAT(channel.next(), AllOf(HasSubstr("is not sent"), HasSubstr("this device is shutting down")));
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"command_results")"));
    EXPECT_EQ(channel.next(), "close 1001");
}

}  // namespace
