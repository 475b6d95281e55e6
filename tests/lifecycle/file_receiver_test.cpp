#include "lifecycle/file_receiver.h"

#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace aip;
using lifecycle::FileReceiver;
using protocol::ServerType;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// A receiver whose disk jobs run when the test says so.
class SlowDisk : public testing::Test, protected lifecycle::TransferLink {
  protected:
    void send(transport::OutgoingMessage /*message*/) override {}
    std::size_t queued() const override { return 0; }
    void sendError(const std::string& text) override { errors.push_back(text); }
    std::string now() const override { return "now"; }
    void post(Job job) override { posted.push_back(std::move(job)); }
    void onDiskThread(Job job) override { diskJobs.push_back(std::move(job)); }

    void announcePiece(std::uint64_t number, std::size_t size) {
        receiver.announced({.size = size, .chunkSize = size, .chunkNumber = number});
    }

    void runDisk() {
        for (const auto& job : std::exchange(diskJobs, {})) {
            job();
        }
        for (const auto& job : std::exchange(posted, {})) {
            job();
        }
    }

    tests::TemporaryFolder home;
    tests::ManualClock clock;
    std::vector<std::string> errors;
    std::vector<std::function<void()>> posted;
    std::vector<std::function<void()>> diskJobs;
    const lifecycle::TransferSettings settings{
        .receive = true, .inbox = home / "inbox", .maxFileSize = 1UL << 40U, .maxInboxSize = 1UL << 40U};
    FileReceiver receiver{settings, *this, clock};
};

TEST_F(SlowDisk, losesTheFileRatherThanMemory) {
    constexpr std::size_t size = FileReceiver::maxWaiting / 2;
    receiver.announced({.type = ServerType::fileTransferStart, .filename = "f", .size = 8 * size, .totalChunks = 8});
    for (std::uint64_t piece = 0; piece < 8; ++piece) {
        announcePiece(piece, size);
        receiver.frame(std::string(size, 'x'));
    }
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], HasSubstr("File 'f' refused: the disk of this device is slower than the server"));
    EXPECT_EQ(diskJobs.size(), 4U);  // open, two pieces, drop
    runDisk();
    EXPECT_THAT(tests::namesIn(home / "inbox"), IsEmpty());
    EXPECT_EQ(errors.size(), 1U);
}

TEST_F(SlowDisk, losesFilesRatherThanQueueWithoutEnd) {
    for (int i = 0; i < 20'000; ++i) {
        receiver.announced({.size = 0});
        receiver.frame("");
    }
    EXPECT_LE(diskJobs.size(), FileReceiver::maxJobs + 2);
    EXPECT_GT(errors.size(), 19'000U);
    runDisk();
    receiver.announced({.size = 0});
    receiver.frame("");
    EXPECT_EQ(diskJobs.size(), 3U);  // open, append, store
}

TEST_F(SlowDisk, aRefusedFileIsNoWorkForTheDisk) {
    receiver.announced({.filename = "f"});
    EXPECT_EQ(errors.size(), 1U);
    EXPECT_THAT(diskJobs, IsEmpty());
}

TEST_F(SlowDisk, takesOneFrameOfAnySize) {
    receiver.announced({.size = FileReceiver::maxWaiting + 1});
    receiver.frame(std::string(FileReceiver::maxWaiting + 1, 'x'));
    runDisk();
    EXPECT_THAT(errors, IsEmpty());
    EXPECT_EQ(tests::namesIn(home / "inbox").size(), 2U);
}

TEST_F(SlowDisk, reportsAFailureOnceHoweverMuchWasQueuedBehindIt) {
    tests::writeFile(home / "inbox", "no folder");
    receiver.announced({.type = ServerType::fileTransferStart, .filename = "f", .size = 2, .totalChunks = 2});
    for (std::uint64_t piece = 0; piece < 2; ++piece) {
        announcePiece(piece, 1);
        receiver.frame("x");
    }
    receiver.announced({.type = ServerType::fileTransferComplete});
    runDisk();
    runDisk();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], HasSubstr("File 'f' refused: opening the inbox"));
}

TEST_F(SlowDisk, tellsANewConnectionNothingOfTheOldOne) {
    tests::writeFile(home / "inbox", "no folder");
    receiver.announced({.filename = "f", .size = 1});
    receiver.frame("x");
    receiver.connectionLost();
    runDisk();
    EXPECT_THAT(errors, IsEmpty());
}

}  // namespace
