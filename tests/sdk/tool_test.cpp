#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>

namespace {

namespace fs = std::filesystem;

using aip::tests::runTool;
using aip::tests::TemporaryFolder;

std::string bad(const std::string& name) {
    return BAD_FOLDER "/libsdk_" + name + ".so";
}

TEST(AipPlugin, saysHowToUseIt) {
    EXPECT_EQ(runTool("--help").status, 0);
    EXPECT_NE(runTool("--help").output.find("Exit codes:\n  0   done\n"), std::string::npos);
    EXPECT_TRUE(runTool("--version").output.starts_with("aip-plugin "));
}

TEST(AipPlugin, saysThatItsOutputCannotBeWritten) {
    for (const auto* words : {"--help", "--version", "manifest --help", "manifest " ZOO, "inspect " ZOO}) {
        EXPECT_EQ(runTool(std::string(words) + " >/dev/full").status, 1) << words;
    }
}

TEST(AipPlugin, endsWith64OnWrongUsage) {
    for (const auto* words :
         {"fly", "manifest", "manifest a b", "manifest a -o", "manifest --fast a", "inspect a -o b", "call a",
          "check a --calls=none", "check a --json=1", "new a b c", "new --c --cpp a", "new Upper", "sign a"}) {
        EXPECT_EQ(runTool(words).status, 64) << words;
    }
}

TEST(AipPlugin, writesTheManifestToItsOutputToo) {
    std::ifstream file(fs::path(ZOO).parent_path() / "plugin.json");
    EXPECT_EQ(runTool("manifest " ZOO).output, std::string(std::istreambuf_iterator<char>(file), {}));
}

struct Refusal {
    std::string library;
    std::string reason;
};

TEST(AipPlugin, refusesABadLibraryWithAReason) {
    const Refusal refusals[] = {
        {bad("aborts_on_load"), "crashed while it was loaded"},
        {bad("exits_on_load"), "ended the process while it was loaded"},
        {bad("create_fails"), "no hardware here"},
        {bad("create_fails"), "create() failed with status 3"},
        {bad("declares_twice"), "tool 'run' is declared twice"},
        {bad("reserved_setting"), "setting 'load' is one of the agent's own"},
        {bad("wrong_default"), "default of 'count': expected an integer"},
        {bad("wrong_setting"), "settings: /port: its default 70000: 70000 is more than 65535"},
        {bad("wrong_major"), "built for ABI 2, this tool knows 1"},
        {bad("not_a_plugin"),
         "does not export aip_plugin_entry_v1: is AIP_PLUGIN(Class), or AIP_C_PLUGIN(tools), missing?"},
        {COUNTER, "does not implement aip.manifest/1"},
        {SCHEMA, "not an ELF file"},
        {"/nowhere/libx.so", "No such file or directory"},
    };
    for (const auto& [library, reason] : refusals) {
        const auto result = runTool("manifest " + library);
        EXPECT_EQ(result.status, 1) << library;
        EXPECT_NE(result.output.find(reason), std::string::npos) << result.output;
    }
}

TEST(AipPlugin, refusesAManifestByHandThatIsNotRight) {
    const TemporaryFolder folder;
    const std::string file = folder.write("in.json", R"({"id":"counter","concurrency":0})");
    const auto result = runTool("manifest " COUNTER " --from " + file);
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.output.find("its manifest: "), std::string::npos) << result.output;
}

TEST(AipPlugin, readsNothingButPlainFiles) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "plugin.json").c_str(), 0600), 0);
    for (const std::string& file : {folder / "plugin.json", std::string("/dev/zero")}) {
        const auto result = runTool("manifest " COUNTER " --from " + file);
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.output.find(file + ": not a plain file"), std::string::npos) << result.output;
    }
    const auto result = runTool("call " + folder.path().string() + " greet '{}'");
    EXPECT_NE(result.output.find("plugin.json: not a plain file"), std::string::npos) << result.output;
}

TEST(AipPlugin, addsToAManifestByHandWhatTheLibrarySays) {
    const TemporaryFolder folder;
    const std::string file = folder.write("in.json", R"({"description":"Counts."})");
    const auto result = runTool("manifest " COUNTER " --from " + file);
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_TRUE(
        result.output.starts_with(R"({"description":"Counts.","id":"counter","version":"1.0.0","abi":{"major":1,)"))
        << result.output;
    for (const auto* part :
         {R"("platform":"linux-)", R"("extensions":["aip.command-executor/1"])", R"("library":"lib)"}) {
        EXPECT_NE(result.output.find(part), std::string::npos) << result.output;
    }
}

TEST(AipPlugin, refusesAManifestByHandThatSaysOtherwiseThanTheLibrary) {
    const TemporaryFolder folder;
    const std::string file = folder.write("in.json", R"({"version":"2.0.0"})");
    const auto result = runTool("manifest " COUNTER " --from " + file);
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.output.find(R"(its version is "2.0.0" in the file, and "1.0.0" in the library)"),
              std::string::npos)
        << result.output;
}

std::string manifestWith(const std::string& inputSchema) {
    return R"({"schema_version":1,"id":"counter","version":"1.0.0","platform":"linux-x86_64",)"
           R"("abi":{"major":1,"minor":1,"minor_required":0},"extensions":["aip.command-executor/1"],)"
           R"("tools":[{"name":"run","type":"action","namespace":"N","input_schema":)" +
           inputSchema + "}]}";
}

TEST(AipPlugin, refusesASchemaThatTheAgentWouldLeaveOut) {
    const TemporaryFolder folder;
    const std::string file = folder.write("in.json", manifestWith(R"-({"pattern":"(?=a)b"})-"));
    const auto result = runTool("manifest " COUNTER " --from " + file);
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.output.find("'action::run': input_schema: JSON Schema: "), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("look-around is not supported"), std::string::npos) << result.output;
}

TEST(AipPlugin, warnsOfAKeywordThatIsMisspelt) {
    const TemporaryFolder folder;
    const std::string file = folder.write("in.json", manifestWith(R"({"requird":["a"]})"));
    const auto result = runTool("manifest " COUNTER " --from " + file);
    EXPECT_EQ(result.status, 0);
    EXPECT_NE(result.output.find("warning: tool run: '/requird': unknown keyword 'requird'; did you mean 'required'?"),
              std::string::npos)
        << result.output;
}

TEST(AipPlugin, inspectsAPluginByFolderOrLibrary) {
    const auto byFolder = runTool("inspect " + fs::path(ZOO).parent_path().string());
    EXPECT_EQ(byFolder.status, 0);
    for (const auto* part : {"org.example.zoo", "exports      aip_plugin_entry_v1 \n", "ABI 1.1, needs an agent of 1.0",
                             "action::greet (Zoo)", "data_collection::settings (ZooData)", "\"maximum\":10"}) {
        EXPECT_NE(byFolder.output.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(runTool("inspect " ZOO).output, byFolder.output);
}

TEST(AipPlugin, seesThatALibraryWasExchanged) {
    const TemporaryFolder folder;
    fs::copy(fs::path(COUNTER).parent_path() / "plugin.json", folder.path());
    fs::copy(ZOO, folder.path() / "libsdk_counter.so");
    const auto result = runTool("inspect " + folder.path().string());
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.output.find("sha256 differs"), std::string::npos) << result.output;
}

}  // namespace
