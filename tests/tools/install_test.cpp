#include "base/sha256.h"
#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

using aip::tests::contains;
using aip::tests::namesIn;
using aip::tests::readFile;
using aip::tests::runTool;
using aip::tests::TemporaryFolder;
using aip::tests::writeFile;

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

TEST(Inspect, doesNothingToATerminal) {
    const TemporaryFolder work;
    fs::copy(built(), work.path(), fs::copy_options::recursive);
    std::string manifest = readFile(work.path() / "plugin.json");
    const std::string key = "\"description\":\"";
    ASSERT_NE(manifest.find(key), std::string::npos);
    manifest.insert(manifest.find(key) + key.size(), "a\\u001b[2Jb\u009bc\u202ed");
    writeFile(work.path() / "plugin.json", manifest);
    const auto run = runTool("inspect " + work.path().string());
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(contains(run.output, R"(a\x1b[2Jb\u009bc\u202ed)")) << run.output;
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

/// A plugin that is a program: one file, and one in a folder below.
fs::path writeProgram(const TemporaryFolder& folder, const std::string& says) {
    const fs::path plugin = folder.path() / "words";
    fs::create_directories(plugin / "lib");
    writeFile(plugin / "words.sh", "#!/bin/sh\ncat lib/text\n");
    writeFile(plugin / "lib/text", says);
    fs::permissions(plugin / "words.sh", fs::perms(0775));
    writeFile(plugin / "plugin.json",
              R"({"schema_version":1,"id":"words","version":"1.0.0","description":"Says it.","command":["./words.sh"],)"
              R"("protocol":"exec","files":[{"name":"words.sh","sha256":")" +
                  aip::base::sha256Of("#!/bin/sh\ncat lib/text\n") + R"("},{"name":"lib/text","sha256":")" +
                  aip::base::sha256Of(says) +
                  R"("}],"tools":[{"name":"say","type":"action","namespace":"Words","description":"Says it.",)"
                  R"("input_schema":{"type":"object"}}]})");
    return plugin;
}

TEST(Install, exchangesTheFolderOfAProgram) {
    const TemporaryFolder work;
    const TemporaryFolder agent;
    const auto folder = agent.path() / "words";
    ASSERT_EQ(runTool(install(writeProgram(work, "1"), agent)).status, 0);
    EXPECT_EQ(runTool("call " + folder.string() + " say '{}'").output, "1\n");
    const auto again = runTool(install(writeProgram(work, "22"), agent));
    EXPECT_EQ(again.status, 0) << again.output;
    EXPECT_EQ(runTool("call " + folder.string() + " say '{}'").output, "22\n");
    EXPECT_EQ(namesIn(agent.path()), (std::set<std::string>{"words", ".words.old"}));
    EXPECT_EQ(readFile(agent.path() / ".words.old/lib/text"), "1");
    writeFile(work / "words/lib/text", "333");
    EXPECT_TRUE(contains(runTool(install(work.path() / "words", agent)).output, "lib/text is not the file that"));
    const auto plugin = writeProgram(work, "4");
    fs::permissions(plugin / "words.sh", fs::perms(0644));
    EXPECT_TRUE(contains(runTool(install(plugin, agent)).output, "words.sh is not executable: chmod +x /"));
    EXPECT_EQ(readFile(folder / "lib/text"), "22");
}

TEST(Install, saysWhatIsInItsWay) {
    const TemporaryFolder work;
    const TemporaryFolder agent;
    const auto other = work.path() / "growing";
    fs::copy(built(), other);
    std::ofstream(other / "libgrowing.so", std::ios::app) << "x";
    EXPECT_TRUE(contains(runTool(install(other, agent)).output, "not the one that its manifest was made for"));
    EXPECT_FALSE(fs::exists(agent.path() / "growing"));
    EXPECT_TRUE(contains(runTool("install " + built().string() + " /nowhere").output,
                         "there is no such folder: mkdir -p /nowhere"));
    EXPECT_TRUE(contains(runTool(install(built(), agent, "--reload=/nowhere")).output, "/nowhere"));
    EXPECT_TRUE(contains(runTool("install " + built().string() + " " + built().string()).output, "is itself a plugin"));
    writeFile(work / "pid", "none\n");
    EXPECT_TRUE(contains(runTool(install(built(), agent, "--reload=" + (work / "pid"))).output, "holds no process id"));
}

TEST(PluginFile, thatCannotBeReachedOrHasNoManifestIsNamed) {
    const TemporaryFolder work;
    const TemporaryFolder agent;
    const std::string loop = work / "loop";
    fs::create_symlink("loop", loop);  // as good as a folder that may not be searched, for root as well
    fs::copy(GROWING, work.path() / "libgrowing.so");
    for (const auto& command :
         {"inspect " + loop, "check " + loop, install(loop, agent), "install " + built().string() + " " + loop}) {
        const auto run = runTool(command);
        EXPECT_EQ(run.status, 1) << command;
        EXPECT_TRUE(contains(run.output, "Too many levels of symbolic links")) << run.output;
        EXPECT_FALSE(contains(run.output, "filesystem error")) << run.output;
    }
    for (const auto* command : {"inspect ", "check "}) {
        const auto run = runTool(command + (work / "libgrowing.so"));
        EXPECT_TRUE(contains(run.output, "there is no plugin.json in " + work.path().string())) << run.output;
    }
}

TEST(Install, findsThePluginBelowTheFolderThatItIsGiven) {
    const TemporaryFolder work;
    const TemporaryFolder agent;
    fs::create_directories(work.path() / "build/plugins");
    fs::copy(built(), work.path() / "build/plugins/growing");
    const std::string question = "did you mean " + (work.path() / "build/plugins/growing").string() + "?";
    EXPECT_TRUE(contains(runTool(install(work.path() / "build", agent)).output, question));
    EXPECT_TRUE(contains(runTool("check " + (work.path() / "build/plugins").string()).output, question));
    writeFile(work / "CMakeLists.txt", "");
    for (const auto* command : {"inspect ", "check "}) {
        EXPECT_TRUE(contains(runTool(command + work.path().string()).output, "these are its sources")) << command;
    }
    writeFile(work / "build/CMakeCache.txt", "");
    EXPECT_TRUE(contains(runTool("dev " + (work / "build")).output, "name the folder of the sources"));
}

}  // namespace
