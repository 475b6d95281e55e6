#include "base/program_path.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

namespace {

using aip::base::findProgram;
using aip::base::missingProgram;
using aip::base::whyNotExecutable;
using aip::tests::TemporaryFolder;
using aip::tests::writeFile;

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

TEST(ProgramPath, saysWhyAFileThatIsThereIsNotFound) {
    const TemporaryFolder folder;
    const std::string file = folder / "tool";
    writeFile(file, "#!/bin/sh\n");
    const std::string cure = file + " is not executable: chmod +x " + file;
    EXPECT_EQ(missingProgram("tool", "/nowhere:" + folder.path().string(), "/"), cure);
    EXPECT_EQ(missingProgram(file, "", "/"), cure);
    EXPECT_EQ(missingProgram("other", "/nowhere", "/"), "there is no program 'other' in PATH=/nowhere");
    EXPECT_EQ(missingProgram("./other", "/bin", "/srv"), "there is no program './other', seen from /srv");
    EXPECT_EQ(missingProgram("/no/other", "/bin", "/srv"), "there is no program '/no/other'");
    EXPECT_EQ(whyNotExecutable("other", "/nowhere", "/"), std::nullopt);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    EXPECT_EQ(whyNotExecutable(file, "", "/"), std::nullopt);
}

}  // namespace
