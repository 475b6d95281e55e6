#include "lifecycle/inbox.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace aip;
using lifecycle::Inbox;
using protocol::Announcement;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

constexpr auto md5OfAbc = "900150983cd24fb0d6963f7d28e17f72";

class InboxTest : public testing::Test {
  protected:
    base::Result<std::string> receive(const std::string& content, const Announcement& claim) {
        if (auto opened = inbox.open(content.size(), now); !opened) {
            return opened.error();
        }
        for (const char byte : content) {
            EXPECT_TRUE(inbox.append({&byte, 1}));
        }
        return inbox.store(claim, "now");
    }

    mode_t mode(const std::string& file) const {
        struct stat status {};
        EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
        return status.st_mode & 0777U;
    }

    tests::TemporaryFolder home;
    const std::string folder = home / "inbox";
    Inbox inbox{folder, {1'000, 100}};
    base::Clock::TimePoint now{};
};

TEST_F(InboxTest, keepsAFileUnderANameOfOurOwnWithTheClaimsBesideIt) {
    const auto name = receive("abc", {.filename = "../../etc/passwd",
                                      .mimeType = "text/plain",
                                      .checksum = "900150983CD24FB0D6963F7D28E17F72",
                                      .sessionId = "s\"1",
                                      .size = 3});
    ASSERT_TRUE(name) << name.error().text();
    EXPECT_THAT(*name, testing::MatchesRegex("[0-9a-f-]{36}\\.bin"));
    const std::string id = name->substr(0, 36);
    EXPECT_THAT(tests::namesIn(folder), testing::UnorderedElementsAre(*name, id + ".json"));
    EXPECT_EQ(tests::readFile(folder + "/" + *name), "abc");
    EXPECT_EQ(tests::readFile(folder + "/" + id + ".json"),
              R"({"filename":"../../etc/passwd","mime_type":"text/plain","session_id":"s\"1","size":3,"md5":")" +
                  std::string(md5OfAbc) + "\",\"md5_claimed\":true,\"received\":\"now\"}\n");
    EXPECT_EQ(mode(folder), 0700U);
    EXPECT_EQ(mode(folder + "/" + *name), 0600U);
    EXPECT_EQ(mode(folder + "/" + id + ".json"), 0600U);
    EXPECT_THAT(tests::namesIn(home.path()), testing::ElementsAre("inbox"));
}

TEST_F(InboxTest, recordsThatNoChecksumWasClaimed) {
    const auto name = receive("abc", {.size = 3});
    ASSERT_TRUE(name);
    EXPECT_THAT(tests::readFile(folder + "/" + name->substr(0, 36) + ".json"),
                HasSubstr(R"({"filename":null,"mime_type":null,"session_id":null,"size":3,"md5":")" +
                          std::string(md5OfAbc) + R"(","md5_claimed":false)"));
}

TEST_F(InboxTest, removesAFileWhoseChecksumIsWrong) {
    const auto stored = receive("abd", {.checksum = md5OfAbc, .size = 3});
    EXPECT_THAT(stored.error().text(), HasSubstr("not 900150983cd24fb0d6963f7d28e17f72"));
    EXPECT_THAT(tests::namesIn(folder), IsEmpty());
    EXPECT_TRUE(receive("abc", {.checksum = md5OfAbc, .size = 3}));
}

TEST_F(InboxTest, removesAFileThatIsDropped) {
    ASSERT_TRUE(inbox.open(3, now));
    ASSERT_TRUE(inbox.append("ab"));
    EXPECT_EQ(tests::namesIn(folder).size(), 1U);
    inbox.drop();
    EXPECT_THAT(tests::namesIn(folder), IsEmpty());
    EXPECT_TRUE(inbox.append("c"));
    EXPECT_EQ(*inbox.store({.size = 3}, "now"), "");
    EXPECT_THAT(tests::namesIn(folder), IsEmpty());
}

TEST_F(InboxTest, takesNoMoreThanItMayHold) {
    tests::TemporaryFolder other;
    ASSERT_TRUE(receive(std::string(500, 'x'), {.size = 500}));
    const auto full = inbox.open(500, now);
    EXPECT_EQ(full.error().code(), base::Code::exhausted);
    EXPECT_THAT(full.error().text(), HasSubstr("transfer.max_inbox_size"));
    for (const auto& name : tests::namesIn(folder)) {
        std::filesystem::remove(folder + "/" + name);
    }
    EXPECT_FALSE(inbox.open(1'000, now));  // not counted again so soon
    now += Inbox::recountInterval;
    EXPECT_TRUE(inbox.open(1'000, now));
    EXPECT_FALSE(inbox.open(1'001, now));
    EXPECT_FALSE(inbox.open(~std::uint64_t{0}, now));
}

TEST_F(InboxTest, holdsNoMoreFilesThanItMay) {
    Inbox small(folder, {1'000, 5});
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(small.open(0, now));
        ASSERT_TRUE(small.store({.size = 0}, "now"));
    }
    EXPECT_THAT(small.open(0, now).error().text(), HasSubstr("4 of 5 files (transfer.max_inbox_files)"));
    EXPECT_FALSE(Inbox(folder, {1'000, 5}).open(0, now));
    EXPECT_TRUE(Inbox(folder, {1'000, 6}).open(0, now));
}

TEST_F(InboxTest, countsAFolderThatWasReplaced) {
    ASSERT_TRUE(receive(std::string(900, 'x'), {.size = 900}));
    std::filesystem::rename(folder, home / "full");
    EXPECT_TRUE(receive(std::string(900, 'x'), {.size = 900}));
}

TEST_F(InboxTest, refusesAFolderThatOthersMayRead) {
    std::filesystem::create_directory(folder);
    ::chmod(folder.c_str(), 0750);
    EXPECT_THAT(inbox.open(1, now).error().text(), HasSubstr("mode 700"));
}

TEST_F(InboxTest, refusesAFolderThatIsALinkOrAFileOrCannotBeMade) {
    std::filesystem::create_directory(home / "real");
    std::filesystem::create_directory_symlink(home / "real", folder);
    EXPECT_THAT(inbox.open(1, now).error().text(), HasSubstr("opening the inbox"));
    tests::writeFile(home / "file", "");
    EXPECT_FALSE(Inbox(home / "file", {10, 10}).open(1, now));
    EXPECT_THAT(Inbox(home / "a/b", {10, 10}).open(1, now).error().text(), HasSubstr("making the inbox"));
    EXPECT_THAT(tests::namesIn(home / "real"), IsEmpty());
}

TEST_F(InboxTest, removesWhatAKilledAgentLeft) {
    std::filesystem::create_directory(folder);
    ::chmod(folder.c_str(), 0700);
    for (const char* name : {"a.part", "a.json", "b.bin", "b.json"}) {
        tests::writeFile(folder + "/" + name, "x");
    }
    ASSERT_TRUE(inbox.open(1, now));
    inbox.drop();
    EXPECT_THAT(tests::namesIn(folder), testing::ElementsAre("b.bin", "b.json"));
}

TEST_F(InboxTest, removesAFileThatTheDiskDoesNotTake) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_TRUE(inbox.open(900, now));
    const rlimit small{100, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto appended = inbox.append(std::string(900, 'x'));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_EQ(appended.error().code(), base::Code::exhausted);
    EXPECT_THAT(tests::namesIn(folder), IsEmpty());
}

}  // namespace
