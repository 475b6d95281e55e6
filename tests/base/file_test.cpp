#include "base/file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::base {
namespace {

using testing::HasSubstr;
using tests::writeFile;

class ReadFile : public testing::Test {
  protected:
    std::string errorOf(const std::string& name, const FileRule& rule = {10}) {
        const auto content = readFile(name, rule);
        return content ? "" : content.error().text();
    }
    std::string fileOf(mode_t mode) {
        std::string name = _folder / "file";
        writeFile(name, "content");
        ::chmod(name.c_str(), mode);
        return name;
    }

    const tests::TemporaryFolder _folder;
};

TEST_F(ReadFile, takesTheWholeContentUpToTheLimit) {
    writeFile(_folder / "a", "0123456789");
    EXPECT_EQ(*readFile(_folder / "a", {10}), "0123456789");
    EXPECT_EQ(errorOf(_folder / "a", {9}), _folder / "a" + ": larger than 9 bytes");
    writeFile(_folder / "empty", "");
    EXPECT_EQ(*readFile(_folder / "empty", {10}), "");
}

TEST_F(ReadFile, needsNoMoreMemoryThanTheContentAndNoneForWhatIsTooLarge) {
    const std::string content((1U << 20U) + 1, 'x');
    writeFile(_folder / "a", content);
    EXPECT_LT(readFile(_folder / "a", {1U << 30U})->capacity(), content.size() + 100);
    std::filesystem::resize_file(_folder / "a", 1ULL << 40U);
    EXPECT_EQ(errorOf(_folder / "a", {1U << 30U}), _folder / "a" + ": larger than 1073741824 bytes");
}

TEST_F(ReadFile, takesNothingButAPlainFile) {
    std::filesystem::create_directory(_folder / "folder");
    ASSERT_EQ(::mkfifo((_folder / "fifo").c_str(), 0600), 0);
    for (const auto& name :
         {_folder / "folder", _folder / "fifo", std::string("/dev/zero"), std::string("/dev/null")}) {
        EXPECT_EQ(errorOf(name), name + ": not a plain file");
    }
    sockaddr_un address{AF_UNIX, {}};
    const std::string name = _folder / "socket";
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_THAT(errorOf(name), HasSubstr(name + ": "));
}

TEST_F(ReadFile, saysThatThereIsNone) {
    writeFile(_folder / "a", "");
    for (const auto& name : {_folder / "none", _folder / "a/b", std::string()}) {
        EXPECT_EQ(openFile(name).error().code(), Code::notFound) << name;
    }
}

TEST_F(ReadFile, followsLinksIfItMay) {
    writeFile(_folder / "a", "x");
    std::filesystem::create_symlink(_folder / "a", _folder / "link");
    EXPECT_EQ(*readFile(_folder / "link", {10, Access::onlyOursWrite}), "x");
    EXPECT_FALSE(readFile(_folder / "link", {10, Access::any, Links::refuse}));
}

TEST_F(ReadFile, refusesWhatOthersMayChangeWhereItDecides) {
    EXPECT_EQ(errorOf(fileOf(0644), {10, Access::onlyOursWrite}), "");
    for (const mode_t mode : {0664U, 0646U}) {
        const std::string name = fileOf(mode);
        EXPECT_EQ(errorOf(name), "");
        EXPECT_EQ(errorOf(name, {10, Access::onlyOursWrite}), name + " can be written by others: chmod go-w it");
    }
}

TEST_F(ReadFile, refusesASecretThatOthersMayRead) {
    EXPECT_EQ(errorOf(fileOf(0600), {10, Access::onlyOursRead}), "");
    for (const mode_t mode : {0640U, 0604U, 0601U}) {
        EXPECT_THAT(errorOf(fileOf(mode), {10, Access::onlyOursRead}), HasSubstr("others may read it; chmod 600"));
    }
}

TEST_F(ReadFile, wantsAFileOfOursOrOfRoot) {
    const std::string name = fileOf(0600);
    if (::chown(name.c_str(), 65'534, static_cast<gid_t>(-1)) != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    EXPECT_FALSE(readFile(name, {10, Access::onlyOursRead}));
    EXPECT_THAT(errorOf(name, {10, Access::onlyOursWrite}), HasSubstr("belongs to user 65534"));
}

TEST(WriteAll, writesAllOrSaysWhyNot) {
    const tests::TemporaryFolder folder;
    const std::string name = folder / "file";
    const std::string text(3'000'000, 'x');
    EXPECT_TRUE(writeAll(Descriptor(::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), text));
    EXPECT_EQ(*readFile(name, {text.size()}), text);
    const auto full = writeAll(Descriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC)), "x");
    EXPECT_EQ(full.error().code(), Code::exhausted);
    EXPECT_EQ(full.error().text(), "writing: No space left on device");
    EXPECT_EQ(writeAll(Descriptor(::open(name.c_str(), O_RDONLY | O_CLOEXEC)), "x").error().code(), Code::internal);
}

}  // namespace
}  // namespace aip::base
