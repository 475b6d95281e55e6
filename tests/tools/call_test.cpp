#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace {

using aip::tests::contains;
using aip::tests::Output;
using aip::tests::runTool;

/// What a call of the zoo prints, without its log.
std::string resultOf(const std::string& words) {
    return runTool("call " ZOO " " + words, Output::standard).output;
}

TEST(CallCommand, printsTheResultForPeople) {
    EXPECT_EQ(resultOf("join '{\"words\":[\"a\",\"b\"]}'"), "\"a b\"\n");
    EXPECT_EQ(resultOf("struct '{\"value\":{\"name\":\"a name that takes some room, more than a line has\","
                       "\"points\":[{\"x\":1}]}}'"),
              "{\n  \"name\": \"a name that takes some room, more than a line has\",\n"
              "  \"points\": [{\"x\":1,\"y\":null}],\n  \"color\": \"green\"\n}\n");
}

TEST(CallCommand, takesItsParametersFromTheStandardInput) {
    EXPECT_EQ(resultOf("size - <<END\n{\"text\":\"abc\"}\nEND\n"), "3\n");
    EXPECT_TRUE(contains(runTool("call " ZOO " size - </dev/null").output, "not valid JSON: it is empty"));
}

TEST(CallCommand, callsAToolThatComesWhenThePluginRuns) {
    EXPECT_EQ(runTool("call " GROWING " greet '{\"name\":\"Ann\"}'", Output::standard).output, "\"Hello Ann\"\n");
    EXPECT_TRUE(contains(runTool("call " GROWING " greet '{}'").output, "greet: parameters: 'name' is a required"));
    EXPECT_TRUE(contains(runTool("call " GROWING " gret '{}'").output, "has no tool 'gret'; did you mean 'greet'?"));
}

TEST(CallCommand, givesThePluginItsSettings) {
    EXPECT_EQ(resultOf("settings --settings='{\"greeting\":\"Hi\",\"limit\":3}'"),
              "{\"greeting\":\"Hi\",\"limit\":3}\n");
}

struct Row {
    const char* words;
    const char* why;
};

TEST(CallCommand, saysWhyACallFailed) {
    const Row rows[] = {
        {"call " ZOO " fail '{\"code\":6}'", "fail: DENIED: failed with 6"},
        {"call " ZOO " fail '{\"code\":1234}'", "fail: PLUGIN_1234: failed with 1234"},
        {"call " ZOO " gret", "has no tool 'gret'; did you mean 'greet'?"},
        {"call " ZOO " greet '{\"nme\":1}'", "greet: parameters: 'nme' is not a known parameter"},
        {"call " ZOO " greet '{\"name\":\"x\",\"times\":11}'", "greet: parameters: 'times': 11 is more than 10"},
        {"call " ZOO " greet '{' ", "greet: parameters: not valid JSON"},
        {"call " ZOO " settings --settings='{\"limit\":-1}'", "settings: 'limit': -1 is less than 0"},
        {"call " ZOO " settings --settings='{\"refuse\":true}'", "start-failed: told to refuse"},
        {"call /nowhere greet", "/nowhere: no such file or folder"},
    };
    for (const auto& [words, why] : rows) {
        const auto run = runTool(words);
        EXPECT_EQ(run.status, 1) << words;
        EXPECT_TRUE(contains(run.output, why)) << run.output;
    }
}

TEST(CallCommand, refusesALibraryAsTheAgentDoes) {
    const aip::tests::TemporaryFolder folder;
    const std::filesystem::path zoo = ZOO;
    const auto library = folder.path() / zoo.filename();
    std::filesystem::copy_file(zoo.parent_path() / "plugin.json", folder.path() / "plugin.json");
    std::filesystem::create_symlink(zoo, library);
    const std::string words = "call " + folder.path().string() + " nothing";
    EXPECT_TRUE(contains(runTool(words).output, "a symbolic link, not a plain file: put the library itself there"));

    std::filesystem::remove(library);
    std::filesystem::copy_file(zoo, library);
    std::fstream file(library, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(18);  // e_machine
    file.put('\xf3').flush();
    EXPECT_TRUE(contains(runTool(words).output, "built for riscv, this is ")) << runTool(words).output;
    const auto checked = runTool("check --quick " + folder.path().string()).output;
    EXPECT_TRUE(contains(checked, "platform-mismatch: built for riscv")) << checked;
}

TEST(CallCommand, saysThatAPluginNeedsProc) {
    const std::string without = "unshare -Urm sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh ";
    if (runTool("--version >/dev/null; " + without + "true 2>&1").status != 0) {
        GTEST_SKIP() << "no mount namespace is granted here";
    }
    for (const std::string options : {"", " --in-process"}) {
        const auto run =
            runTool("--version >/dev/null; " + without + AIP_PLUGIN_TOOL " call " ZOO " nothing 2>&1" + options);
        EXPECT_EQ(run.status, 1) << run.output;
        EXPECT_TRUE(contains(run.output, "No such file or directory: plugins need /proc")) << run.output;
    }
}

TEST(CallCommand, showsProgressAndCancelsAtTheTimeLimit) {
    const auto run = runTool("call " ZOO " wait --timeout=1");
    EXPECT_TRUE(contains(run.output, "0% waiting\n")) << run.output;
    EXPECT_TRUE(contains(runTool("call " IGNORES_CANCEL " echo --timeout=0.05 --grace=0.05").output,
                         "echo: DEADLINE: not done within 50 ms"));
}

TEST(CallCommand, repeatsAndSumsUp) {
    const auto run = runTool("call " ZOO " nothing --repeat=50", Output::standard);
    EXPECT_EQ(run.status, 0);
    EXPECT_TRUE(run.output.starts_with("null\n50 calls: p50 ")) << run.output;
    EXPECT_TRUE(contains(run.output, "; 0 failed\n")) << run.output;
    EXPECT_TRUE(contains(runTool("call " ZOO " throw_int --repeat=5").output, "; 5 failed\n"));
}

TEST(CallCommand, outlivesAPluginThatDoesNot) {
    const auto run = runTool("call " FAULTY " crash '{\"depth\":-1}'");
    EXPECT_EQ(run.status, 1);
    EXPECT_TRUE(contains(run.output, "crash: INTERNAL: plugin 'faulty': its process ")) << run.output;
}

/// The folder that the plugin is told is there, before the call and after it.
TEST(CallCommand, makesTheStateDirectoryThatIsNamed) {
    namespace fs = std::filesystem;
    const aip::tests::TemporaryFolder parent;
    const fs::path folder = parent.path() / "not" / "yet";
    EXPECT_EQ(resultOf("nothing --state=" + folder.string()), "null\n");
    ASSERT_TRUE(fs::is_directory(folder));
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
    fs::permissions(folder, fs::perms(0750));
    EXPECT_EQ(resultOf("nothing --state=" + folder.string()), "null\n");
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms(0750)) << "it is the author's, and is left as it is";

    std::ofstream(parent.path() / "file") << "x";
    for (const auto* name : {"file", "file/below"}) {
        const auto run = runTool("call " ZOO " nothing --state=" + (parent.path() / name).string());
        EXPECT_EQ(run.status, 64) << run.output;
        EXPECT_TRUE(contains(run.output, "Not a directory")) << run.output;
    }
}

TEST(CallCommand, runsInThisProcessForADebugger) {
    EXPECT_EQ(resultOf("greet '{\"name\":\"Ann\"}' --in-process"), "\"call-1: Hello Ann x1\"\n");
}

}  // namespace
