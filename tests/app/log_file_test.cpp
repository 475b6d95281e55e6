#include "app/log_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include <sys/resource.h>
#include <sys/stat.h>

namespace aip::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::namesIn;
using tests::readFile;
using tests::TemporaryFolder;

mode_t modeOf(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

/// As long as it lives, this process has that umask.
class Umask {
  public:
    explicit Umask(mode_t mask) : _before(::umask(mask)) {}
    ~Umask() { ::umask(_before); }
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;

  private:
    const mode_t _before;
};

/// As long as it lives, this process can open no file.
class NoDescriptorLeft {
  public:
    NoDescriptorLeft() {
        ::getrlimit(RLIMIT_NOFILE, &_before);
        const rlimit none{0, _before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &_before); }
    NoDescriptorLeft(const NoDescriptorLeft&) = delete;
    NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;

  private:
    rlimit _before{};
};

TEST(LogFile, isNeverWiderThan640NorThanTheUmask) {
    struct Row {
        mode_t mask;
        mode_t file;
    };
    for (const auto& row : {Row{0, 0640}, {022, 0640}, {027, 0640}, {077, 0600}}) {
        const Umask umask(row.mask);
        const TemporaryFolder folder;
        const std::string path = folder / "agent.log";
        auto log = LogFile::open({path, 10, 2});
        ASSERT_TRUE(log) << log.error().text();
        for (int i = 0; i < 3; ++i) {
            EXPECT_TRUE(log->write("12345678\n"));
        }
        EXPECT_EQ(modeOf(path), row.file);
        EXPECT_EQ(modeOf(folder / "agent.2.log"), row.file);
    }
}

TEST(LogFile, isNeverWiderThanItIsTold) {
    const Umask umask(0);
    const TemporaryFolder folder;
    auto log = LogFile::open({folder / "agent.log", 10, 1, 0600});
    ASSERT_TRUE(log) << log.error().text();
    EXPECT_TRUE(log->write("12345678\n"));
    EXPECT_TRUE(log->write("12345678\n"));
    EXPECT_EQ(modeOf(folder / "agent.log"), 0600U);
    EXPECT_EQ(modeOf(folder / "agent.1.log"), 0600U);
}

TEST(LogFile, rotatesAndKeepsAsManyAsItIsTold) {
    const TemporaryFolder folder;
    auto log = LogFile::open({folder / "agent.log", 8, 2});
    ASSERT_TRUE(log);
    for (const char* line : {"one\n", "1\n", "two\n", "three\n", "longer than the limit\n", "four\n"}) {
        EXPECT_TRUE(log->write(line));
    }
    EXPECT_THAT(namesIn(folder.path()), ElementsAre("agent.1.log", "agent.2.log", "agent.log"));
    EXPECT_EQ(readFile(folder / "agent.log"), "four\n");
    EXPECT_EQ(readFile(folder / "agent.1.log"), "longer than the limit\n");
    EXPECT_EQ(readFile(folder / "agent.2.log"), "three\n");
}

TEST(LogFile, countsWhatWasThereBeforeAndNoticesThatItWasEmptied) {
    const TemporaryFolder folder;
    const std::string path = folder.write("agent.log", "before\n");
    auto log = LogFile::open({path, 10, 1});
    ASSERT_TRUE(log);
    std::filesystem::resize_file(path, 0);
    EXPECT_TRUE(log->write("12345\n"));
    EXPECT_EQ(readFile(path), "12345\n");
    EXPECT_TRUE(log->write("12345\n"));
    EXPECT_EQ(readFile(folder / "agent.1.log"), "12345\n");
}

TEST(LogFile, beginsAgainWhereItCannotBeRenamed) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "agent.1.log/in the way");
    auto log = LogFile::open({folder / "agent.log", 10, 1});
    ASSERT_TRUE(log);
    EXPECT_TRUE(log->write("12345678\n"));
    EXPECT_TRUE(log->write("next\n"));
    EXPECT_EQ(readFile(folder / "agent.log"), "next\n");
}

TEST(LogFile, isRotatedLaterWhileThereIsNoDescriptorForTheNextOne) {
    const TemporaryFolder folder;
    auto log = LogFile::open({folder / "agent.log", 10, 1});
    ASSERT_TRUE(log);
    EXPECT_TRUE(log->write("12345678\n"));
    {
        const NoDescriptorLeft shortage;
        EXPECT_TRUE(log->write("9\n"));
        EXPECT_TRUE(log->write("12345678\n"));
    }
    EXPECT_THAT(namesIn(folder.path()), ElementsAre("agent.log"));
    EXPECT_EQ(readFile(folder / "agent.log"), "12345678\n9\n12345678\n");
    EXPECT_TRUE(log->write("next\n"));
    EXPECT_THAT(namesIn(folder.path()), ElementsAre("agent.1.log", "agent.log"));
    EXPECT_EQ(readFile(folder / "agent.log"), "next\n");
}

TEST(LogFile, isNeverLargerThanTwiceItsSize) {
    const TemporaryFolder folder;
    auto log = LogFile::open({folder / "agent.log", 10, 1});
    ASSERT_TRUE(log);
    const NoDescriptorLeft shortage;
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(log->write("12345678\n"));
        EXPECT_LE(std::filesystem::file_size(folder / "agent.log"), 20U + 9U);
    }
}

TEST(LogFile, saysWhatIsWrong) {
    const TemporaryFolder folder;
    folder.write("file", "");
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    for (const char* name : {".", "file/agent.log", "fifo"}) {
        const auto log = LogFile::open({folder / name, 10, 1});
        ASSERT_FALSE(log) << name;
        EXPECT_THAT(log.error().text(), HasSubstr(folder / name));
    }
    for (const char* name : {"/dev/full", "/dev/zero", "/dev/null"}) {
        const auto log = LogFile::open({name, 10, 1});
        ASSERT_FALSE(log) << name;
        EXPECT_EQ(log.error().text(), std::string(name) + ": a device, not a plain file");
    }
}

TEST(LogFile, makesNoFolders) {
    const TemporaryFolder folder;
    EXPECT_THAT(LogFile::open({folder / "a/b/agent.log", 10, 1}).error().text(), HasSubstr("there is no folder"));
    EXPECT_THAT(namesIn(folder.path()), testing::IsEmpty());
}

TEST(LogFile, beginsALineOfItsOwnAfterOneThatWasCut) {
    const TemporaryFolder folder;
    auto log = LogFile::open({folder / "agent.log", 1000, 1});
    ASSERT_TRUE(log);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    const rlimit little{10, limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
    EXPECT_TRUE(log->write("whole\n"));
    EXPECT_THAT(log->write("cut off\n").error().text(), HasSubstr("agent.log: File too large"));
    EXPECT_FALSE(log->write("lost\n"));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    EXPECT_TRUE(log->write("next\n"));
    std::signal(SIGXFSZ, before);
    EXPECT_EQ(readFile(folder / "agent.log"), "whole\ncut \nnext\n");
}

}  // namespace
}  // namespace aip::app
