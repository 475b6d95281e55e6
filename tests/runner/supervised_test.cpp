#include "runner/supervised_linux.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using aip::base::Descriptor;
using aip::runner::Supervised;

/// Runs a shell script, whose output is read to its end: until nobody holds the pipe any more.
struct Script {
    Descriptor folder{::open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY)};
    Descriptor out;
    Supervised program;

    static Supervised start(std::vector<std::string> command, int folder, Descriptor& out) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        out = Descriptor(ends[0]);
        const Descriptor theirs(ends[1]);
        auto started = Supervised::start(
            {std::move(command), {"PATH=/usr/bin:/bin", "WORD=x"}, folder, {-1, theirs.get(), theirs.get(), -1, -1}});
        EXPECT_TRUE(started);
        return *std::move(started);
    }
    explicit Script(const std::string& text) : program(start({"sh", "-c", text}, folder.get(), out)) {}

    std::string output() const {
        std::string all;
        std::array<char, 4096> piece{};
        for (ssize_t size = 1; size > 0;) {
            size = ::read(out.get(), piece.data(), piece.size());
            all.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        }
        return all;
    }
    void waitFor(const std::string& line) const {
        std::string text(line.size(), '\0');
        ASSERT_EQ(::read(out.get(), text.data(), text.size()), static_cast<ssize_t>(line.size()));
        EXPECT_EQ(text, line);
    }
};

TEST(Supervised, endsAsTheProgramDoes) {
    EXPECT_EQ(Script("exit 0").program.status(), 0);
    EXPECT_EQ(WEXITSTATUS(Script("exit 7").program.status()), 7);
    for (const int signal : {SIGTERM, SIGKILL, SIGUSR1, SIGHUP}) {
        EXPECT_EQ(WTERMSIG(Script("kill -" + std::to_string(signal) + " $$").program.status()), signal);
    }
}

TEST(Supervised, givesTheProgramWhatItIsToHave) {
    const Script script(
        "pwd; echo $WORD; ls /proc/self/fd | tr '\\n' ' '; grep -c 'SigBlk.*[1-9a-f]' /proc/self/status");
    EXPECT_EQ(script.output(), "/\nx\n0 1 2 0\n");  // 0: that of ls
}

/// Whatever numbers the descriptors have that become 0 to 4.
TEST(Supervised, takesDescriptorsOfAnyNumber) {
    const Descriptor folder(::open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    std::vector<Descriptor> kept;
    for (int round = 0; round < 40; ++round) {
        std::array<int, 2> out{};
        std::array<int, 2> in{};
        ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC) + ::pipe2(out.data(), O_CLOEXEC), 0);
        const Descriptor outRead(out[0]);
        {
            const Descriptor outWrite(out[1]);
            const Descriptor inRead(in[0]);
            const Descriptor inWrite(in[1]);
            ASSERT_EQ(::write(inWrite.get(), "x", 1), 1);
            const auto program =
                Supervised::start({{"sh", "-c", "cat; cat <&4; echo y >&3"},
                                   {"PATH=/usr/bin:/bin"},
                                   folder.get(),
                                   {inRead.get(), outWrite.get(), outWrite.get(), outWrite.get(), inRead.get()}});
            ASSERT_TRUE(program);
        }
        std::array<char, 8> text{};
        std::size_t size = 0;
        for (ssize_t got = 1; got > 0;) {
            got = ::read(outRead.get(), text.data() + size, text.size() - size);
            size += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
        }
        EXPECT_EQ(std::string(text.data(), size), "xy\n") << round;
        kept.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));  // the next numbers are others
    }
}

TEST(Supervised, ordersThatComeLateAreNotForTheNextProgram) {
    const Descriptor folder(::open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    auto program = Supervised::start({{"true"}, {"PATH=/usr/bin:/bin"}, folder.get(), {-1, -1, -1, -1, -1}});
    ASSERT_TRUE(program);
    EXPECT_EQ(program->status(), 0);
    program->terminate();
    program->kill();
    ASSERT_TRUE(program->startNext({{"true"}, {"PATH=/usr/bin:/bin"}, folder.get(), {-1, -1, -1, -1, -1}}));
    EXPECT_EQ(program->status(), 0);
}

TEST(Supervised, saysWhyAProgramCannotBeStarted) {
    for (const auto& [name, code, why] : {std::tuple("./none", 127, "No such file or directory"),
                                          std::tuple("no-such-program", 127, "No such file or directory"),
                                          std::tuple("/etc/passwd", 126, "Permission denied")}) {
        Descriptor out;
        const Descriptor folder(::open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
        const Supervised program = Script::start({name}, folder.get(), out);
        EXPECT_EQ(WEXITSTATUS(program.status()), code);
        std::array<char, 200> text{};
        EXPECT_GT(::read(out.get(), text.data(), text.size()), 0);
        EXPECT_EQ(std::string(text.data()), std::string("cannot start ") + name + ": " + why);
    }
}

// output() returns only when nobody holds the pipe any more.
TEST(Supervised, killsWhatTheProgramLeavesBehind) {
    for (const char* left :
         {"sleep 1000 &", "setsid sleep 1000 &", "nohup setsid sh -c 'setsid sleep 1000 & sleep 1000' &",
          "(setsid sh -c 'trap \"\" TERM HUP; while :; do setsid sleep 1000; done' &)",
          "for i in 1 2 3 4 5 6 7 8 9; do setsid sh -c 'sleep 1000 & sleep 1000 & wait' & done"}) {
        const Script script(std::string(left) + "\nsleep 0.05; echo done");
        EXPECT_EQ(script.program.status(), 0) << left;
        EXPECT_EQ(script.output(), "done\n") << left;
    }
}

TEST(Supervised, passesSigtermOnToTheGroup) {
    const Script script("trap 'echo bye; exit 3' TERM; echo hi; sleep 1000 & wait");
    script.waitFor("hi\n");
    script.program.terminate();
    EXPECT_EQ(WEXITSTATUS(script.program.status()), 3);
    EXPECT_EQ(script.output(), "bye\n");
}

TEST(Supervised, killsWhatIgnoresSigterm) {
    const Script script("trap '' TERM; echo hi; while :; do sleep 1000; done");
    script.waitFor("hi\n");
    script.program.terminate();
    script.program.kill();
    EXPECT_EQ(WTERMSIG(script.program.status()), SIGKILL);
    EXPECT_EQ(script.output(), "");
}

}  // namespace
