#include "plugins/shell/paths.h"

#include "plugins/shell/refused.h"
#include "temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::shell {
namespace {

namespace fs = std::filesystem;

bool readable(const Paths& paths, const std::string& path, int directory = AT_FDCWD,
              Paths::Type type = Paths::Type::fileOrDirectory) {
    try {
        paths.checkReadable(directory, path, type);
        return true;
    } catch (const Refused&) {
        return false;
    }
}

TEST(Paths, letOrdinaryFilesAndDirectoriesBeRead) {
    const TemporaryDirectory directory;
    const Paths paths;
    EXPECT_TRUE(readable(paths, directory.write("a.txt")));
    EXPECT_TRUE(readable(paths, directory.path()));
    EXPECT_TRUE(readable(paths, "/etc/passwd"));
    EXPECT_TRUE(readable(paths, directory / "absent"));
    EXPECT_FALSE(readable(paths, directory.path(), AT_FDCWD, Paths::Type::file));
}

TEST(Paths, keepSecretsByWhateverNameTheyAreReached) {
    const TemporaryDirectory directory;
    fs::create_symlink("/etc/shadow", directory / "harmless");
    fs::create_symlink("/etc", directory / "etc");
    const Paths paths;
    for (const auto& path :
         {std::string("/etc/shadow"), std::string("/etc/../etc//shadow"), std::string("/etc/gshadow"),
          directory / "harmless", directory / "etc/shadow", directory.write(".ssh/config"), directory.write("id_rsa"),
          directory.write("server.key"), directory.write("a/.aws/b/c")}) {
        EXPECT_FALSE(readable(paths, path)) << path;
    }
    const Descriptor etc(::open("/etc", O_PATH | O_CLOEXEC));
    EXPECT_FALSE(readable(paths, "shadow", etc.get()));
    EXPECT_FALSE(readable(paths, "./shadow", etc.get()));
    EXPECT_TRUE(readable(paths, "passwd", etc.get()));
}

TEST(Paths, letNeitherDevicesNorPipesNorSocketsBeRead) {
    const TemporaryDirectory directory;
    ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
    sockaddr_un address{AF_UNIX, {}};
    const auto socketPath = directory / "socket";
    socketPath.copy(std::begin(address.sun_path), sizeof address.sun_path - 1);
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const Paths paths;
    for (const auto& path : {std::string("/dev/zero"), std::string("/dev/null"), std::string("/dev/stdin"),
                             std::string("/dev/fd/0"), std::string("/dev"), directory / "fifo", socketPath}) {
        EXPECT_FALSE(readable(paths, path)) << path;
    }
}

TEST(Paths, openOnlyTheHarmlessPartOfProc) {
    const Paths paths;
    for (const char* path : {"/proc/cpuinfo", "/proc/meminfo", "/proc/self/status", "/proc/1/stat", "/proc/mounts",
                             "/proc/net/dev", "/proc/sys/kernel/hostname"}) {
        EXPECT_TRUE(readable(paths, path)) << path;
    }
    for (const char* path : {"/proc/self/environ", "/proc/1/environ", "/proc/self/mem", "/proc/self/maps", "/proc/kmsg",
                             "/proc/thread-self/environ", "/proc/self/root/etc/passwd", "/proc/self/cwd/file",
                             "/proc/self/fd/0", "/proc/self/exe", "/proc", "/proc/self"}) {
        EXPECT_FALSE(readable(paths, path)) << path;
    }
}

TEST(Paths, takeFurtherPatternsFromTheOperator) {
    const TemporaryDirectory directory;
    const auto diary = directory.write("private/deep/diary.txt");
    const auto ledger = directory.write("books/ledger.xls");
    fs::create_symlink(directory.path(), directory / "detour");
    EXPECT_FALSE(readable(Paths({directory / "detour/private"}), diary));
    EXPECT_THROW(Paths({"private/deep"}), Refused);
    const Paths paths({directory / "private/", "*.xls"});
    EXPECT_FALSE(readable(paths, diary));
    EXPECT_FALSE(readable(paths, ledger));
    EXPECT_TRUE(readable(paths, directory.write("books/ledger.txt")));
}

TEST(Paths, nameWhatMustStayHiddenBelowADirectory) {
    const Paths paths({"/home/*/diary"});
    EXPECT_THAT(paths.hiddenBelow(AT_FDCWD, "/"), testing::IsSupersetOf({"proc", "dev", ".ssh", "shadow*", "diary"}));
    EXPECT_THAT(paths.hiddenBelow(AT_FDCWD, "/etc"), testing::IsSupersetOf({"shadow*", "gshadow*", "*.key"}));
    EXPECT_THAT(paths.hiddenBelow(AT_FDCWD, "/usr"), testing::Not(testing::Contains("shadow*")));
    EXPECT_THAT(paths.hiddenBelow(AT_FDCWD, "/usr"), testing::Contains(".ssh"));
    EXPECT_THROW(paths.hiddenBelow(AT_FDCWD, "/proc/sys"), Refused);
    EXPECT_THROW(paths.hiddenBelow(AT_FDCWD, "/dev"), Refused);
}

TEST(Paths, openADirectoryToWorkInOnlyByAnAbsolutePath) {
    const TemporaryDirectory directory;
    const auto file = directory.write("file");
    EXPECT_TRUE(openDirectory(directory.path()));
    for (const auto& path :
         {std::string("tmp"), std::string(), directory / "absent", file, std::string("/proc/self/root")}) {
        EXPECT_THROW(openDirectory(path), Refused) << path;
    }
}

TEST(Programs, areFoundInTheGivenDirectoriesInOrder) {
    EXPECT_EQ(resolveProgram("ls", {"/nowhere", "/usr/bin", "/bin"}), "/usr/bin/ls");
    EXPECT_THROW(resolveProgram("no-such-program", systemDirectories()), Refused);
}

TEST(Programs, mustBelongToRootAndBeWritableByNobodyElse) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can make a file of root's";
    }
    const TemporaryDirectory directory;
    const auto program = directory.write("ls");
    ASSERT_EQ(::chmod(program.c_str(), 0755), 0);
    EXPECT_EQ(resolveProgram("ls", {directory.path()}), program);
    ASSERT_EQ(::chmod(program.c_str(), 0775), 0);
    EXPECT_THROW(resolveProgram("ls", {directory.path()}), Refused);
    ASSERT_EQ(::chmod(program.c_str(), 0755), 0);
    ASSERT_EQ(::chown(program.c_str(), 1, 0), 0);
    EXPECT_THROW(resolveProgram("ls", {directory.path(), "/usr/bin"}), Refused);
}

}  // namespace
}  // namespace aip::shell
