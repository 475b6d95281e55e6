#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

using aip::tests::contains;
using aip::tests::namesIn;
using aip::tests::runTool;
using aip::tests::TemporaryFolder;

fs::path built() {
    return fs::path(GROWING).parent_path();
}

std::string install(const fs::path& plugin, const TemporaryFolder& agent, const std::string& options = {}) {
    return "install " + plugin.string() + " " + agent.path().string() + " " + options;
}

TEST(Install, putsAPluginThatRunsIntoTheFolderOfAnAgent) {
    const TemporaryFolder agent;
    const auto run = runTool(install(built(), agent));
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_EQ(namesIn(agent.path() / "growing").size(), 2U);
    EXPECT_EQ(runTool("inspect " + (agent.path() / "growing").string()).status, 0);
    EXPECT_EQ(runTool("call " + (agent.path() / "growing").string() + " greet '{\"name\":\"Ann\"}'").status, 0);
}

TEST(Install, replacesWhatIsThereAndLeavesNothingOfIt) {
    const TemporaryFolder agent;
    const auto folder = agent.path() / "growing";
    fs::create_directories(folder);
    for (const auto& entry : fs::directory_iterator(built())) {
        fs::copy(entry.path(), folder);
    }
    EXPECT_TRUE(namesIn(folder).contains("libgrowing.so"));
    EXPECT_EQ(runTool(install(built(), agent)).status, 0);
    EXPECT_EQ(runTool(install(built(), agent)).status, 0);
    EXPECT_EQ(namesIn(folder).size(), 2U);
    EXPECT_FALSE(namesIn(folder).contains("libgrowing.so"));
    EXPECT_EQ(runTool("inspect " + folder.string()).status, 0);
}

TEST(Install, leavesASignedManifestAsItIs) {
    const TemporaryFolder work;
    const TemporaryFolder agent;
    const auto signedPlugin = work.path() / "growing";
    fs::copy(built(), signedPlugin);
    std::ofstream(signedPlugin / "plugin.json.sig") << "signature";
    EXPECT_EQ(runTool(install(signedPlugin, agent)).status, 0);
    EXPECT_EQ(namesIn(agent.path() / "growing"),
              (std::set<std::string>{"libgrowing.so", "plugin.json", "plugin.json.sig"}));
    EXPECT_EQ(runTool(install(built(), agent)).status, 0);
    EXPECT_FALSE(namesIn(agent.path() / "growing").contains("plugin.json.sig"));
}

TEST(Install, saysWhatIsInItsWay) {
    const TemporaryFolder work;
    const TemporaryFolder agent;
    const auto other = work.path() / "growing";
    fs::copy(built(), other);
    std::ofstream(other / "libgrowing.so", std::ios::app) << "x";
    EXPECT_TRUE(contains(runTool(install(other, agent)).output, "not the one that its manifest was made for"));
    EXPECT_FALSE(fs::exists(agent.path() / "growing"));
    EXPECT_TRUE(contains(runTool("install " + built().string() + " /nowhere").output, "there is no such folder"));
    EXPECT_TRUE(contains(runTool(install(built(), agent, "--reload=/nowhere")).output, "holds no process id"));
}

}  // namespace
