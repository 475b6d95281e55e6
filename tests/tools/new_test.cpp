#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

namespace {

using aip::tests::contains;
using aip::tests::namesIn;
using aip::tests::readFile;
using aip::tests::runTool;
using aip::tests::TemporaryFolder;
using Names = std::set<std::string>;

TEST(NewCommand, makesAProjectInEitherLanguage) {
    const TemporaryFolder folder;
    EXPECT_EQ(runTool("new org.example.rain-gauge " + folder / "cpp").status, 0);
    EXPECT_EQ(namesIn(folder / "cpp"), Names({"CMakeLists.txt", "README.md", "rain_gauge.cpp", "rain_gauge_test.cpp"}));
    EXPECT_TRUE(contains(readFile(folder / "cpp/rain_gauge.cpp"), "AIP_PLUGIN(RainGauge)"));
    EXPECT_TRUE(contains(readFile(folder / "cpp/CMakeLists.txt"), "ID org.example.rain-gauge"));
    EXPECT_EQ(runTool("new counter --c " + folder / "c").status, 0);
    EXPECT_EQ(namesIn(folder / "c"), Names({"CMakeLists.txt", "README.md", "counter.c", "plugin.json.in"}));
}

TEST(NewCommand, leavesNoMarkBehind) {
    const TemporaryFolder folder;
    for (const std::string language : {"--cpp", "--c"}) {
        ASSERT_EQ(runTool("new thing " + language + " " + folder / language.substr(2)).status, 0);
        for (const auto& name : namesIn(folder / language.substr(2))) {
            EXPECT_FALSE(contains(readFile(folder / language.substr(2) + "/" + name), "@")) << name;
        }
    }
}

TEST(NewCommand, writesOverNothing) {
    const TemporaryFolder folder;
    ASSERT_EQ(runTool("new thing " + folder / "thing").status, 0);
    const auto again = runTool("new thing " + folder / "thing");
    EXPECT_EQ(again.status, 1);
    EXPECT_TRUE(contains(again.output, "is there already; nothing is written over")) << again.output;
}

TEST(NewCommand, takesNamesThatTheBuildHasForItself) {
    const TemporaryFolder folder;
    for (const std::string name : {"test", "all", "help", "clean", "install"}) {
        EXPECT_EQ(runTool("new " + name + " " + folder / name).status, 0) << name;
        EXPECT_TRUE(
            contains(readFile(folder / name + "/CMakeLists.txt"), "aip_add_plugin(plugin_" + name + " ID " + name))
            << name;
    }
}

}  // namespace
