#include "plugins/shell/paths.h"

#include "plugins/shell/programs.h"
#include "plugins/shell/refused.h"
#include "temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::shell {
namespace {

namespace fs = std::filesystem;

bool readable(const Denied& denied, const std::string& path, const ResolvedPath& directory = currentDirectory(),
              Paths::Type type = Paths::Type::fileOrDirectory) {
    try {
        Paths(denied, directory).checkReadable(path, type);
        return true;
    } catch (const Refused&) {
        return false;
    }
}

std::vector<std::string> hiddenBelow(const Denied& denied, const std::string& path) {
    const auto here = currentDirectory();
    return Paths(denied, here).hiddenBelow(path);
}

TEST(Paths, letOrdinaryFilesAndDirectoriesBeRead) {
    const TemporaryDirectory directory;
    const Denied paths;
    EXPECT_TRUE(readable(paths, directory.write("a.txt")));
    EXPECT_TRUE(readable(paths, directory.path()));
    EXPECT_TRUE(readable(paths, "/etc/passwd"));
    EXPECT_TRUE(readable(paths, directory / "absent"));
    EXPECT_FALSE(readable(paths, directory.path(), currentDirectory(), Paths::Type::file));
}

TEST(Paths, keepSecretsByWhateverNameTheyAreReached) {
    const TemporaryDirectory directory;
    fs::create_symlink("/etc/shadow", directory / "harmless");
    fs::create_symlink("/etc", directory / "etc");
    const Denied paths;
    for (const auto& path :
         {std::string("/etc/shadow"), std::string("/etc/../etc//shadow"), std::string("/etc/gshadow"),
          directory / "harmless", directory / "etc/shadow", directory.write(".ssh/config"), directory.write("id_rsa"),
          directory.write("server.key"), directory.write("a/.aws/b/c")}) {
        EXPECT_FALSE(readable(paths, path)) << path;
    }
    const auto etc = openDirectory("/etc");
    EXPECT_FALSE(readable(paths, "shadow", etc));
    EXPECT_FALSE(readable(paths, "./shadow", etc));
    EXPECT_TRUE(readable(paths, "passwd", etc));
}

TEST(Paths, keepHistoriesAndTheTokensOfCommandLineTools) {
    const TemporaryDirectory directory;
    const Denied paths;
    for (const char* name : {".env",
                             "app/.env",
                             ".env.production",
                             "prod.env",
                             ".envrc",
                             ".bash_history",
                             ".zsh_history",
                             ".python_history",
                             ".psql_history",
                             ".ash_history",
                             ".history",
                             ".histfile",
                             ".lesshst",
                             ".local/share/fish/fish_history",
                             ".config/gh/hosts.yml",
                             ".config/GH/hosts.yml",
                             ".config/glab-cli/config.yml",
                             ".netrc",
                             "_netrc",
                             ".docker/config.json",
                             ".kube/config",
                             ".kube/cache/x",
                             ".aws/credentials",
                             ".azure/msal_token_cache.json",
                             ".config/gcloud/credentials.db",
                             ".config/doctl/config.yaml",
                             ".config/rclone/rclone.conf",
                             ".oci/config",
                             ".npmrc",
                             ".pypirc",
                             ".cargo/credentials.toml",
                             ".m2/settings.xml",
                             ".gem/credentials",
                             ".git-credentials",
                             ".config/git/credentials",
                             ".terraform.d/credentials.tfrc.json",
                             "terraform.tfstate",
                             ".vault-token",
                             ".config/containers/auth.json",
                             ".mylogin.cnf",
                             ".claude/.credentials.json",
                             ".s3cfg"}) {
        EXPECT_FALSE(readable(paths, directory.write(name))) << name;
    }
    for (const char* name :
         {"env", "environment", "history", "history.md", "gh/hosts.yml", "x/.config/ghost/a", "hosts.yml",
          "settings.xml", "config.json", ".config/user-dirs.dirs", ".bashrc", "credentials"}) {
        EXPECT_TRUE(readable(paths, directory.write(name))) << name;
    }
}

TEST(Paths, letNeitherDevicesNorPipesNorSocketsBeRead) {
    const TemporaryDirectory directory;
    ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
    sockaddr_un address{AF_UNIX, {}};
    const auto socketPath = directory / "socket";
    socketPath.copy(std::begin(address.sun_path), sizeof address.sun_path - 1);
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const Denied paths;
    for (const auto& path : {std::string("/dev/zero"), std::string("/dev/null"), std::string("/dev/stdin"),
                             std::string("/dev/fd/0"), std::string("/dev"), directory / "fifo", socketPath}) {
        EXPECT_FALSE(readable(paths, path)) << path;
    }
}

TEST(Paths, openOnlyTheHarmlessPartOfProc) {
    const Denied paths;
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
    EXPECT_FALSE(readable(Denied({directory / "detour/private"}), diary));
    EXPECT_THROW(Denied({"private/deep"}), Refused);
    const Denied paths({directory / "private/", "*.xls"});
    EXPECT_FALSE(readable(paths, diary));
    EXPECT_FALSE(readable(paths, ledger));
    EXPECT_TRUE(readable(paths, directory.write("books/ledger.txt")));
}

TEST(Paths, nameWhatMustStayHiddenBelowADirectory) {
    const Denied paths({"/home/*/diary"});
    EXPECT_THAT(hiddenBelow(paths, "/"), testing::IsSupersetOf({"proc", "dev", ".ssh", "shadow*", "diary"}));
    EXPECT_THAT(hiddenBelow(paths, "/etc"), testing::IsSupersetOf({"shadow*", "gshadow*", "*.key"}));
    EXPECT_THAT(hiddenBelow(paths, "/usr"), testing::Not(testing::Contains("shadow*")));
    EXPECT_THAT(hiddenBelow(paths, "/usr"), testing::Contains(".ssh"));
    EXPECT_THROW(hiddenBelow(paths, "/proc/sys"), Refused);
    EXPECT_THROW(hiddenBelow(paths, "/dev"), Refused);
}

TEST(Paths, hideNamesakesBelowADirectoryThatHoldsWhatIsDenied) {
    const TemporaryDirectory directory;
    directory.write("a/note");
    directory.write("b/note");
    const Denied paths({directory / "a/note", directory / "a/*.txt"});
    const auto above = hiddenBelow(paths, directory.path());
    EXPECT_THAT(above, testing::IsSupersetOf({std::string("note"), std::string("*.txt"), std::string("gh"),
                                              std::string(".env"), std::string(".*_history")}));
    const auto beside = hiddenBelow(paths, directory / "b");
    EXPECT_THAT(beside, testing::Not(testing::Contains("note")));
    EXPECT_THAT(beside, testing::Not(testing::Contains("*.txt")));
}

TEST(Paths, hideNotMoreThanTheDirectoryOfWhichEverythingIsDenied) {
    const TemporaryDirectory directory;
    directory.write("none/diary");
    directory.write("open/in/deep/letter");
    const std::string none = fs::canonical(directory / "none");
    const std::string top = fs::canonical(directory.path());
    for (const char* all : {"/*", "/**"}) {
        const Denied paths({none + all});
        EXPECT_THAT(hiddenBelow(paths, top),
                    testing::AllOf(testing::Contains("none"), testing::Not(testing::Contains("*"))));
        EXPECT_THAT(hiddenBelow(paths, top + "/open"), testing::Not(testing::Contains("none")));
        EXPECT_THROW(hiddenBelow(paths, none), Refused) << all;
    }
    for (const std::string& pattern : {none + "/.*", none + "/?*", none + "/*.*", top + "/*/*"}) {
        EXPECT_THROW(hiddenBelow(Denied({pattern}), top), Refused) << pattern;
    }
    const Denied siblings({top + "/non*/*", top + "/*/in/diary"});
    EXPECT_THROW(hiddenBelow(siblings, top), Refused);
    EXPECT_THROW(hiddenBelow(siblings, none), Refused);
    EXPECT_THAT(hiddenBelow(siblings, top + "/open"), testing::Contains("diary"));
    EXPECT_THAT(hiddenBelow(siblings, top + "/open/in"), testing::Contains("diary"));
    EXPECT_THAT(hiddenBelow(siblings, top + "/open/in/deep"), testing::Not(testing::Contains("diary")));
}

TEST(Paths, openADirectoryToWorkInOnlyByAnAbsolutePath) {
    const TemporaryDirectory directory;
    const auto file = directory.write("file");
    EXPECT_TRUE(openDirectory(directory.path()).end);
    for (const auto& path :
         {std::string("tmp"), std::string(), directory / "absent", file, std::string("/proc/self/root")}) {
        EXPECT_THROW(openDirectory(path), Refused) << path;
    }
}

TEST(Paths, judgeEveryFormThatAPathTakesOnItsWay) {
    const TemporaryDirectory directory;
    const auto plain = directory.write("dotfiles/netrc");
    directory.write("store/value");
    fs::create_symlink("dotfiles/netrc", directory / ".netrc");
    fs::create_symlink(plain, directory / "first");
    fs::create_symlink(".netrc", directory / "second");
    fs::create_symlink("store/value", directory / "api.key");
    fs::create_symlink("store", directory / ".aws");
    fs::create_symlink(".aws", directory / "cloud");
    const Denied denied;
    EXPECT_TRUE(readable(denied, plain));
    EXPECT_TRUE(readable(denied, directory / "first"));
    EXPECT_TRUE(readable(denied, directory / "store/value"));
    for (const char* name : {".netrc", ".netrc/", "./.netrc", "dotfiles/../.netrc", "second", "api.key", ".aws/value",
                             "cloud/value", ".aws/../.aws/value", "API.KEY", ".Netrc", "Id_Rsa"}) {
        EXPECT_FALSE(readable(denied, directory / name)) << name;
        EXPECT_FALSE(readable(denied, name, openDirectory(directory.path()))) << name;
    }
    EXPECT_FALSE(readable(denied, "value", openDirectory(directory / ".aws")));
    EXPECT_FALSE(readable(denied, "value", openDirectory(directory / "cloud")));
    EXPECT_TRUE(readable(denied, "value", openDirectory(directory / "store")));
}

TEST(Paths, judgeWhatIsMissingAsText) {
    const TemporaryDirectory directory;
    fs::create_symlink("nowhere/id_rsa", directory / "dangling");
    fs::create_symlink("nowhere/../notes", directory / "winding");
    directory.write("file");
    const Denied denied;
    EXPECT_TRUE(readable(denied, directory / "absent/notes"));
    EXPECT_TRUE(readable(denied, directory / "file/notes"));
    for (const char* name : {"absent/id_rsa", "absent/../notes", "absent/x/../../file", "file/../file", "dangling",
                             "winding", "absent/.ssh/config"}) {
        EXPECT_FALSE(readable(denied, directory / name)) << name;
    }
    EXPECT_FALSE(readable(denied, "/root/.ssh/id_rsa"));
    EXPECT_FALSE(readable(denied, "/home/nobody-of-this-name/.ssh/id_ed25519"));
    EXPECT_FALSE(readable(denied, "/etc/shadow-of-tomorrow"));
}

TEST(Paths, endInNoCircle) {
    const TemporaryDirectory directory;
    fs::create_symlink("b", directory / "a");
    fs::create_symlink("a", directory / "b");
    fs::create_symlink(".", directory / "here");
    std::string deep = directory.path();
    for (int i = 0; i < 50; ++i) {
        deep += "/here";
    }
    const Denied denied;
    EXPECT_FALSE(readable(denied, directory / "a"));
    EXPECT_FALSE(readable(denied, deep + "/a"));
    EXPECT_FALSE(readable(denied, std::string(5000, 'x')));
    EXPECT_FALSE(readable(denied, std::string("/etc/passwd\0/../shadow", 22)));
    EXPECT_THROW(openDirectory(std::string("/tmp\0", 5)), Refused);
}

TEST(Paths, keepProcClosedForProcessesThatAreYetToCome) {
    const Denied denied;
    const std::string future = "/proc/4194303";
    for (const char* rest :
         {"/root/etc/passwd", "/root", "/cwd/file", "/fd/0", "/exe", "/environ", "/task/4194303/root/etc/passwd",
          "/task/4194303/environ", "/net/../root/etc/passwd", "/./root/etc/passwd", "//root//etc/passwd",
          "/map_files/x", "/status/../root/etc/passwd", "/maps"}) {
        EXPECT_FALSE(readable(denied, future + rest)) << rest;
        EXPECT_FALSE(readable(denied, "/proc/self" + std::string(rest))) << rest;
        EXPECT_FALSE(readable(denied, "/proc/thread-self" + std::string(rest))) << rest;
        EXPECT_FALSE(readable(denied, "/proc/1" + std::string(rest))) << rest;
        EXPECT_FALSE(readable(denied, "../proc/4194303" + std::string(rest), openDirectory("/usr"))) << rest;
    }
    EXPECT_TRUE(readable(denied, future + "/status"));
    EXPECT_FALSE(readable(denied, "self/root/etc/passwd", openDirectory("/proc")));
    EXPECT_FALSE(readable(denied, "environ", openDirectory("/proc/1")));
    EXPECT_THROW(openDirectory("/proc/1/root/etc"), Refused);
    EXPECT_THROW(openDirectory("/proc/1/cwd"), Refused);
}

TEST(Paths, knowADeniedFileByItsIdentity) {
    const TemporaryDirectory directory;
    const auto token = directory.write("agent/token");
    fs::create_hard_link(token, directory / "copy");
    fs::create_directories(directory / "tree/sub");
    fs::create_hard_link(token, directory / "tree/sub/[x]");
    fs::create_symlink("agent", directory / "alias");
    const Denied denied({}, {token});
    for (const char* name : {"agent/token", "copy", "tree/sub/[x]", "alias/token", "agent/./token"}) {
        EXPECT_FALSE(readable(denied, directory / name)) << name;
    }
    EXPECT_TRUE(readable(denied, directory.write("agent/token2")));
    EXPECT_TRUE(readable(denied, directory.write("other/token")));
    EXPECT_FALSE(readable(Denied({directory / "alias/*"}), directory / "copy"));
    EXPECT_FALSE(readable(Denied({}, {directory / "agent"}), directory / "agent/new"));
    EXPECT_FALSE(readable(Denied({}, {directory / "alias"}), token));
    EXPECT_THAT(hiddenBelow(denied, directory.path()), testing::IsSupersetOf({"token", "copy", "\\[x\\]"}));
    EXPECT_THAT(hiddenBelow(denied, directory / "tree"), testing::Contains("\\[x\\]"));
    EXPECT_THAT(hiddenBelow(denied, directory / "absent"), testing::Contains(".ssh"));
    EXPECT_THAT(hiddenBelow(denied, directory / "agent/token2"), testing::Contains(".ssh"));
    EXPECT_THAT(hiddenBelow(denied, "/usr/bin"), testing::Not(testing::Contains("token")));
}

TEST(Paths, hideTheAgentsFilesBelowADirectoryThatALinkLeadsThemTo) {
    const TemporaryDirectory directory;
    directory.write("data/2024/token");
    fs::create_symlink("data/2024", directory / "current");
    fs::create_symlink("current/token", directory / "token_link");
    const Denied denied({}, {directory / "token_link"});
    EXPECT_THAT(hiddenBelow(denied, directory / "data"), testing::Contains("token"));
    EXPECT_FALSE(readable(denied, directory / "data/2024/token"));
}

/// The file systems of this test alone.
bool canMount() {
    return ::geteuid() == 0 && ::unshare(CLONE_NEWNS) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

TEST(Paths, seeThroughMounts) {
    if (!canMount()) {
        GTEST_SKIP() << "mounts are not allowed here";
    }
    const TemporaryDirectory directory;
    directory.write("private/deep/token");
    for (const char* name : {"a", "b", "c/in", "proc"}) {
        fs::create_directories(directory / name);
    }
    directory.write("c/file");
    const auto bind = [&](const std::string& from, const char* to) {
        return ::mount(from.c_str(), (directory / to).c_str(), nullptr, MS_BIND, nullptr) == 0;
    };
    ASSERT_TRUE(bind(directory / "private", "a") && bind(directory / "private/deep", "b") &&
                bind(directory / "private/deep/token", "c/file") && bind("/proc", "proc"));
    const Denied byFile({directory / "private/deep/token"});
    const Denied byFolder({directory / "private"});
    for (const char* name : {"a/deep/token", "b/token", "c/file"}) {
        EXPECT_FALSE(readable(byFile, directory / name)) << name;
        EXPECT_FALSE(readable(byFolder, directory / name)) << name;
    }
    EXPECT_FALSE(readable(byFile, directory / "proc/1/environ"));
    EXPECT_FALSE(readable(byFile, directory / "proc/4194303/root/etc/passwd"));
    EXPECT_FALSE(readable(byFile, directory / "proc/cpuinfo"));
    EXPECT_THAT(hiddenBelow(byFile, directory.path()), testing::IsSupersetOf({"token", "file", "proc"}));
    EXPECT_THAT(hiddenBelow(byFile, directory / "a"), testing::Contains("token"));
    EXPECT_THAT(hiddenBelow(byFolder, directory.path()), testing::IsSupersetOf({"private", "a", "b", "file"}));
    for (const char* name : {"a", "b", "c/file", "proc"}) {
        ::umount2((directory / name).c_str(), MNT_DETACH);
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
