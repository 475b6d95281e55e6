#include "plugins/family_size.h"

#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using aip::plugins::familySize;
using aip::tests::comesTrue;

[[noreturn]] void becomeEight() {
    ::setpgid(0, 0);
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(::fork());
    }
    ::alarm(60);
    for (;;) {
        ::pause();
    }
}

TEST(FamilySize, isThatOfAProcessAndAllThatDescendsFromIt) {
    const pid_t child = ::fork();
    if (child == 0) {
        becomeEight();
    }
    EXPECT_TRUE(comesTrue([child] { return familySize(child, 100) == 8; }));
    EXPECT_EQ(familySize(child, 3), 4U);
    ::kill(-child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(familySize(child, 100), 0U);
}

}  // namespace
