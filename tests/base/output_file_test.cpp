#include "base/output_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::base {
namespace {

using tests::TemporaryFolder;

void makeSocket(const std::string& path) {
    const Descriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(path.size(), sizeof(address.sun_path));
    std::memcpy(address.sun_path, path.c_str(), path.size());
    ASSERT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
}

struct OutputRow {
    const char* name;
    Links links;
    const char* error;  ///< after the name; null: it can be opened
};

constexpr OutputRow outputRows[] = {
    {"new", Links::follow, nullptr},
    {"file", Links::refuse, nullptr},
    {"link", Links::follow, nullptr},
    {"link", Links::refuse, ": a symbolic link, not a plain file"},
    {"folder", Links::follow, ": a folder, not a plain file"},
    {"fifo", Links::follow, ": a pipe, not a plain file"},
    {"link to fifo", Links::follow, ": a pipe, not a plain file"},
    {"socket", Links::follow, ": a socket, not a plain file"},
    {"device", Links::follow, ": a device, not a plain file"},
    {"folder/", Links::follow, ": a folder, not a plain file"},
    {"none/", Links::follow, ": the name of a folder"},
    {"none/file", Links::follow, ": there is no folder"},
    {"link to new", Links::follow, nullptr},
    {"link to itself", Links::follow, ": a symbolic link that leads nowhere"},
    {"none/of/these", Links::follow, ": there is no folder"},
};

class OutputFile : public testing::Test {
  protected:
    OutputFile() {
        _folder.write("file", "old");
        std::filesystem::create_symlink("file", _folder / "link");
        std::filesystem::create_directory(_folder / "folder");
        EXPECT_EQ(::mkfifo((_folder / "fifo").c_str(), 0600), 0);
        std::filesystem::create_symlink("fifo", _folder / "link to fifo");
        std::filesystem::create_symlink("/dev/zero", _folder / "device");
        std::filesystem::create_symlink("link2", _folder / "link to new");
        std::filesystem::create_symlink("another new", _folder / "link2");
        std::filesystem::create_symlink("link to itself", _folder / "link to itself");
        std::filesystem::create_symlink("none/file", _folder / "link to nothing");
        makeSocket(_folder / "socket");
    }

    const TemporaryFolder _folder;
};

TEST_F(OutputFile, isAPlainFileInAFolderThatIsThere) {
    for (const auto& row : outputRows) {
        const std::string path = _folder / row.name;
        const auto checked = checkOutput(path, row.links);
        const auto opened = openOutput(path, {.mode = 0600, .links = row.links});
        ASSERT_EQ(static_cast<bool>(opened), row.error == nullptr) << row.name;
        ASSERT_EQ(static_cast<bool>(checked), row.error == nullptr) << row.name;
        if (row.error != nullptr) {
            EXPECT_TRUE(opened.error().text().starts_with(path + row.error)) << opened.error().text();
            EXPECT_EQ(checked.error().text(), opened.error().text());
        }
    }
    EXPECT_FALSE(std::filesystem::exists(_folder / "none"));
    EXPECT_EQ(checkOutput(_folder / "file/x").error().code(), Code::invalid);
}

TEST_F(OutputFile, isWhereItsLinksEnd) {
    EXPECT_EQ(endOfLinks(_folder / "link to new"), _folder / "another new");
    EXPECT_EQ(endOfLinks(_folder / "file"), _folder / "file");
    const auto checked = checkOutput(_folder / "link to nothing");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), Code::notFound);
    EXPECT_EQ(checked.error().text(), openOutput(_folder / "link to nothing", {.mode = 0600}).error().text());
}

TEST_F(OutputFile, isAppendedToOrRead) {
    const auto appended = openOutput(_folder / "file", {.mode = 0600, .append = true});
    ASSERT_TRUE(appended);
    EXPECT_EQ(::write(appended->get(), "+", 1), 1);
    const auto opened = openOutput(_folder / "file", {.mode = 0600});
    ASSERT_TRUE(opened);
    char bytes[8]{};
    EXPECT_EQ(::pread(opened->get(), bytes, sizeof(bytes), 0), 4);
    EXPECT_STREQ(bytes, "old+");
}

TEST_F(OutputFile, isMadeWithTheModeOfTheRule) {
    const mode_t before = ::umask(0027);
    EXPECT_TRUE(openOutput(_folder / "made", {.mode = 0666}));
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat((_folder / "made").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(OutputFile, isKeptByOneProcessAtATime) {
    {
        const auto kept = keepOutput(_folder / "file");
        ASSERT_TRUE(kept);
        const auto second = keepOutput(_folder / "file");
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code(), Code::state);
        EXPECT_EQ(second.error().text(), (_folder / "file") + ": another process writes it");
        EXPECT_TRUE(keepOutput(_folder / "another"));
    }
    EXPECT_TRUE(keepOutput(_folder / "file"));
    ASSERT_EQ(::chmod((_folder / "file.lock").c_str(), 0666), 0);
    EXPECT_FALSE(keepOutput(_folder / "file")) << "others may hold it";
    std::filesystem::create_symlink("file", _folder / "linked.lock");
    EXPECT_FALSE(keepOutput(_folder / "linked"));
}

TEST_F(OutputFile, mayBeAFolderOfWhichOnlyTheLastPartIsMissing) {
    for (const char* name : {"folder", "folder/", "new", "new/"}) {
        EXPECT_TRUE(checkOutputFolder(_folder / name)) << name;
    }
    std::filesystem::create_symlink("folder", _folder / "link to folder");
    for (const char* name : {"link to folder", "link to folder/", "file", "fifo", "none/of/these"}) {
        EXPECT_FALSE(checkOutputFolder(_folder / name)) << name;
    }
    EXPECT_FALSE(std::filesystem::exists(_folder / "new"));
}

}  // namespace
}  // namespace aip::base
