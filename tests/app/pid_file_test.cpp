#include "app/pid_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using tests::readFile;
using tests::TemporaryFolder;
using tests::writeFile;

const std::string ours = std::to_string(::getpid()) + "\n";

TEST(PidFile, livesAsLongAsItsOwner) {
    const TemporaryFolder folder;
    const std::string path = folder / "agent.pid";
    {
        auto file = PidFile::create(path);
        ASSERT_TRUE(file) << file.error().text();
        const PidFile moved = *std::move(file);
        EXPECT_EQ(readFile(path), ours);
        EXPECT_THAT(PidFile::create(path).error().text(),
                    HasSubstr("belongs to an agent that runs, process " + ours.substr(0, 1)));
        EXPECT_EQ(readFile(path), ours);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PidFile, takesOverWhatWasLeftBehind) {
    for (const char* left : {"", "1\n", "99999999", "12345678901\n", "7 \n"}) {
        const TemporaryFolder folder;
        const auto file = PidFile::create(folder.write("agent.pid", left));
        ASSERT_TRUE(file) << left;
        EXPECT_EQ(readFile(folder / "agent.pid"), ours);
    }
}

TEST(PidFile, leavesAloneWhatIsNoPidFile) {
    for (const char* content : {"[server]\n", "1 2\n", "123456789012\n", "-1", " 1"}) {
        const TemporaryFolder folder;
        const std::string path = folder.write("agent.pid", content);
        EXPECT_THAT(PidFile::create(path).error().text(), HasSubstr("holds something else")) << content;
        EXPECT_EQ(readFile(path), content);
    }
}

TEST(PidFile, isAPlainFile) {
    const TemporaryFolder folder;
    folder.write("target", "");
    std::filesystem::create_symlink("target", folder / "link");
    std::filesystem::create_directory(folder / "folder");
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    struct Row {
        const char* name;
        const char* why;
    };
    for (const auto& row : {Row{"link", "a symbolic link, not a plain file"},
                            {"folder", "a folder, not a plain file"},
                            {"fifo", "a pipe, not a plain file"},
                            {"none/agent.pid", "there is no folder"}}) {
        EXPECT_THAT(PidFile::create(folder / row.name).error().text(),
                    StartsWith("pidfile " + (folder / row.name) + ": " + row.why));
    }
}

TEST(PidFile, doesNotRemoveThatOfASuccessor) {
    const TemporaryFolder folder;
    const std::string path = folder / "agent.pid";
    {
        const auto first = PidFile::create(path);
        ASSERT_TRUE(first);
        std::filesystem::remove(path);
        const auto second = PidFile::create(path);
        ASSERT_TRUE(second);
        std::filesystem::remove(path);
        writeFile(path, "of a third");
    }
    EXPECT_EQ(readFile(path), "of a third");
}

}  // namespace
}  // namespace aip::app
