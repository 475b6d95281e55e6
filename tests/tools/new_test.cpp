#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

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

struct ProgramRow {
    const char* option;
    const char* needs;  ///< what it cannot do without
    Names files;
};

TEST(NewCommand, makesProgramsThatWorkAtOnce) {
    for (const auto& [option, needs, files] :
         {ProgramRow{"--bash", "jq", {"README.md", "plugin.json", "rain_gauge.sh"}},
          ProgramRow{"--python", "python3", {"README.md", "aip.py", "plugin.json", "rain_gauge.py"}},
          ProgramRow{"--node", "node", {"README.md", "aip.mjs", "plugin.json", "rain_gauge.mjs"}}}) {
        if (std::system((std::string("command -v ") + needs + " >/dev/null").c_str()) != 0) {
            continue;
        }
        const TemporaryFolder folder;
        const std::string plugin = folder / "org.example.rain-gauge";
        ASSERT_EQ(runTool("new org.example.rain-gauge " + std::string(option) + " " + plugin).status, 0) << option;
        EXPECT_EQ(namesIn(plugin), files);
        for (const auto& name : files) {  // else it could be neither pinned nor signed
            EXPECT_EQ(contains(readFile(plugin + "/plugin.json"), '"' + name + '"'), name != "plugin.json") << name;
        }
        const auto inspected = runTool("inspect " + plugin);
        EXPECT_EQ(inspected.status, 0) << inspected.output;
        EXPECT_TRUE(contains(inspected.output, "action::greet")) << inspected.output;
        const auto called = runTool("call " + plugin + " greet '{\"name\":\"Ann\"}'");
        EXPECT_EQ(called.status, 0) << called.output;
        EXPECT_TRUE(contains(called.output, "\"Hello Ann\"")) << called.output;
        const auto checked = runTool("check " + plugin + " --calls=5 --budget=20");
        EXPECT_EQ(checked.status, 0) << checked.output;
    }
}

TEST(NewCommand, wantsOneLanguage) {
    const auto both = runTool("new thing --bash --python /nowhere");
    EXPECT_NE(both.status, 0);
    EXPECT_TRUE(contains(both.output, "one of them")) << both.output;
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
