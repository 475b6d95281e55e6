#include "runner/keepers_linux.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using aip::base::Descriptor;
using aip::runner::Keepers;
using aip::tests::comesTrue;

/// Starts a program with the next keeper of a pool, and gives that back.
std::pair<int, std::string> runWith(Keepers& keepers, std::vector<std::string> command, const std::string& word = "x") {
    const Descriptor folder(::open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const Descriptor out(ends[0]);
    Descriptor theirs(ends[1]);
    auto program = keepers.start({std::move(command),
                                  {"PATH=/usr/bin:/bin", "WORD=" + word},
                                  folder.get(),
                                  {-1, theirs.get(), theirs.get(), -1, -1}});
    EXPECT_TRUE(program);
    theirs = Descriptor();
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t size = 1; size > 0;) {
        size = ::read(out.get(), piece.data(), piece.size());
        all.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    const int status = program->status();
    keepers.giveBack(*std::move(program));
    return {status, all};
}

TEST(Keepers, serveOneProgramAfterTheOther) {
    Keepers keepers;
    const auto [status, keeper] = runWith(keepers, {"sh", "-c", "echo $PPID"});
    EXPECT_EQ(status, 0);
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(runWith(keepers, {"sh", "-c", "echo $PPID"}).second, keeper);
        EXPECT_EQ(WEXITSTATUS(runWith(keepers, {"sh", "-c", "exit 7"}).first), 7);
        EXPECT_EQ(WTERMSIG(runWith(keepers, {"sh", "-c", "kill -9 $$"}).first), SIGKILL);
        EXPECT_EQ(WEXITSTATUS(runWith(keepers, {"no-such-program"}).first), 127);
        EXPECT_EQ(runWith(keepers, {"sh", "-c", "setsid sleep 1000 & echo $WORD"}, "other").second, "other\n");
        EXPECT_EQ(runWith(keepers, {"sh", "-c", "ls /proc/self/fd | tr '\\n' ' '"}).second, "0 1 2 ");  // 0: that of ls
    }
    const std::string large(120'000, 'l');  // more than the keeper has space for
    EXPECT_EQ(runWith(keepers, {"sh", "-c", "echo ${#WORD}"}, large).second, "120000\n");
}

/// Whether this process has children, dead ones not counted.
bool hasChildren() {
    return ::waitpid(-1, nullptr, WNOHANG) >= 0;
}

TEST(Keepers, endWhenTheyHaveWaitedTooLong) {
    Keepers keepers(std::chrono::milliseconds(1));
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(runWith(keepers, {"sh", "-c", "echo $WORD"}).second, "x\n");
        EXPECT_TRUE(comesTrue([] { return !hasChildren(); }));
    }
}

TEST(Keepers, waitForTheNextProgramUntilThen) {
    Keepers keepers;
    runWith(keepers, {"true"});
    EXPECT_TRUE(hasChildren());
}

TEST(Keepers, endWithTheirPool) {
    {
        Keepers keepers;
        runWith(keepers, {"true"});
    }
    EXPECT_TRUE(comesTrue([] { return !hasChildren(); }));
}

}  // namespace
