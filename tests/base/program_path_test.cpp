#include "base/program_path.h"

#include <gtest/gtest.h>

namespace {

using aip::base::findProgram;

TEST(ProgramPath, findsWhatCanBeExecuted) {
    EXPECT_EQ(findProgram("sh", "/nowhere:/bin", ""), "/bin/sh");
    EXPECT_EQ(findProgram("/bin/sh", "", "/"), "/bin/sh");
    EXPECT_EQ(findProgram("./sh", "", "/bin"), "./sh");
    EXPECT_EQ(findProgram("bin/sh", "", "/"), "bin/sh");
}

TEST(ProgramPath, findsNothingElse) {
    EXPECT_EQ(findProgram("sh", "", "/bin"), std::nullopt);
    EXPECT_EQ(findProgram("sh", ":", "/bin"), std::nullopt);  // the current folder is not looked into
    EXPECT_EQ(findProgram("", "/bin", "/"), std::nullopt);
    EXPECT_EQ(findProgram("passwd", "/etc", "/"), std::nullopt);
    EXPECT_EQ(findProgram("/bin", "", "/"), std::nullopt);
    EXPECT_EQ(findProgram("./sh", "/bin", "/"), std::nullopt);
}

}  // namespace
