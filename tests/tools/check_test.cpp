#include "tests/support/temporary_folder.h"
#include "tests/tools/run_tool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

using aip::tests::contains;
using aip::tests::Output;
using aip::tests::runTool;
using aip::tests::TemporaryFolder;

/// A plugin, how it is checked, and the finding.
struct CheckRow {
    std::string plugin;
    std::string options;
    std::string finding;
};

std::ostream& operator<<(std::ostream& out, const CheckRow& row) {
    return out << row.plugin << ' ' << row.options;
}

std::string bad(const std::string& name) {
    return TEST_PLUGINS "/" + name;
}

CheckRow faulty(const std::string& tool, const std::string& finding) {
    return {FAULTY, "--only=" + tool, finding};
}

class Check : public testing::TestWithParam<CheckRow> {};

TEST_P(Check, findsTheFault) {
    const auto& [plugin, options, finding] = GetParam();
    const auto run = runTool("check " + plugin + " --calls=250 --grace=0.2 --budget=60 " + options);
    EXPECT_EQ(run.status, 1) << run.output;
    EXPECT_TRUE(contains(run.output, "\n                      " + finding)) << run.output;
    EXPECT_TRUE(contains(run.output, "\n                      -> ")) << run.output;
}

INSTANTIATE_TEST_SUITE_P(
    BadPlugin, Check,
    testing::Values(CheckRow{"/nowhere", "", "manifest-missing: no such file or folder"},
                    CheckRow{bad("no_symbol"), "", "entry-missing: "},
                    CheckRow{bad("undefined_symbol"), "", "load-failed: "},
                    CheckRow{bad("wrong_major"), "", "entry-invalid: the entry is for ABI 2"},
                    CheckRow{bad("other_id"), "", "entry-invalid: the library's id"},
                    CheckRow{bad("create_null"), "", "create-failed: "},
                    CheckRow{bad("missing_extension"), "", "extension-missing: "},
                    CheckRow{bad("start_fails"), "", "start-failed: the printer is on fire"},
                    CheckRow{bad("invalid_json"), "", "result-invalid: echo: "},
                    CheckRow{bad("invalid_utf8"), "", "result-invalid: echo: "},
                    CheckRow{bad("throws"), "", "exception: echo: an exception left the plugin: oops"},
                    CheckRow{bad("ignores_cancel"), "--timeout=0.05", "call-hangs: echo: did not return"},
                    CheckRow{bad("exporting"), "", "export-extra: 1 symbols more: helper"}));

INSTANTIATE_TEST_SUITE_P(
    Faulty, Check,
    testing::Values(faulty("crash", "crash: crash: plugin 'faulty': its process "),
                    faulty("leaks_descriptors", "descriptors-grow: "),
                    faulty("leaves_children --calls=20", "children-grow: 20 processes more after every 20 calls"),
                    // The test would wait for those that are left, which have its pipe.
                    faulty("leaves_running_children --calls=5", "children-grow: 5 processes more after every 5 calls"),
                    faulty("leaves_many_children --calls=20", "children-grow: 120 processes are still there"),
                    faulty("changes_process", "process-changed: the working directory is /proc"),
                    faulty("defect", "nothing-succeeded: none of 250 calls succeeded"),
                    faulty("impossible", "nothing-called: no tool was called"),
                    CheckRow{UNREAD, "", "settings-unread: settings are described"},
                    faulty("not_as_described", "result-unlike-schema: not_as_described: 'result'")));

INSTANTIATE_TEST_SUITE_P(Slow, Check,
                         testing::Values(faulty("cancels_slowly --timeout=0.1 --budget=0.1 --grace=3.5",
                                                "cancel-slow: cancels_slowly: returned")));

#ifndef TEST_SANITIZED  // a sanitizer keeps what is freed, and has threads of its own
INSTANTIATE_TEST_SUITE_P(Growing, Check,
                         testing::Values(faulty("leaks_memory", "memory-grows: "),
                                         faulty("leaks_threads --calls=20", "threads-grow: 20 more after every 20")));
#endif

TEST(Check, passesAPluginThatKeepsTheRules) {
    const auto run = runTool("check " FAULTY " --only=good --budget=60");
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(contains(run.output, "pass  calls         1000 calls of 1 tools")) << run.output;
    EXPECT_TRUE(contains(run.output, "12 of 12 passed")) << run.output;
}

TEST(Check, seesEverythingThatAProcessShares) {
    const auto run = runTool("check " FAULTY " --only=changes_process --calls=5");
    EXPECT_EQ(run.status, 1);
    for (const auto* line :
         {"the umask is 00 instead of ", "the handler of SIGUSR2 is another", "the environment has another FAULTY"}) {
        EXPECT_TRUE(contains(run.output, std::string("process-changed: ") + line)) << run.output;
    }
}

TEST(Check, doesNotCountTheMemoryOfAPluginWithASanitizer) {
    ::setenv("LD_PRELOAD", "libasan.so.nowhere", 1);  // the loader goes on without it
    const auto run = runTool("check " FAULTY " --only=leaks_memory --calls=250 --environment=LD_PRELOAD");
    ::unsetenv("LD_PRELOAD");
    EXPECT_EQ(run.status, 0) << run.output;
}

TEST(Check, saysThatItDoesNotKnowWhatACrashHides) {
    const auto run = runTool("check " FAULTY " --only=crash --calls=5");
    EXPECT_EQ(run.status, 1);
    EXPECT_TRUE(contains(run.output, "note  process       what it changes in a process that it shares is not known"))
        << run.output;
#ifdef TEST_SANITIZED  // it reports the fault and ends the process
    const auto* const end = "process-unseen: ended the process while it was called";
#else
    const auto* const end = "process-unseen: crashed while it was called (Segmentation fault)";
#endif
    EXPECT_TRUE(contains(run.output, end)) << run.output;
}

TEST(Check, saysHowManyCallsOfEachToolSucceeded) {
    const auto run = runTool("check " FAULTY " --only=good --only=defect --calls=5");
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(contains(run.output, "good: 5 of 5 calls succeeded\n")) << run.output;
    EXPECT_TRUE(contains(run.output, "defect: 0 of 5 calls succeeded; else vector::at")) << run.output;
}

TEST(Check, callsToolsThatComeWhenItRuns) {
    const auto run = runTool("check " GROWING " --calls=5");
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(contains(run.output, "greet: 5 of 5 calls succeeded")) << run.output;
}

TEST(Check, seesWhatAToolThatComesWhenItRunsChanges) {
    const auto run = runTool("check " GROWING " --calls=5 --only=walks");
    EXPECT_EQ(run.status, 1) << run.output;
    EXPECT_TRUE(contains(run.output, "process-changed: the working directory is /proc")) << run.output;
}

TEST(Check, findsADefaultOutsideItsLimitsAndAnAnnotationThatNobodyKnows) {
    const TemporaryFolder parent;
    const auto folder = parent.path() / "growing";
    std::filesystem::copy(std::filesystem::path(GROWING).parent_path(), folder);
    std::ifstream in(folder / "plugin.json");
    std::string text(std::istreambuf_iterator<char>(in), {});
    text.replace(text.find("\"tools\":[]"), 10,
                 R"("tools":[{"name":"a","type":"action","namespace":"N","input_schema":{"type":"object","properties":)"
                 R"({"n":{"type":"integer","maximum":9,"default":10}}},"annotations":{"readonlyHint":true}}])");
    std::ofstream(folder / "plugin.json") << text;
    const auto run = runTool("check " + folder.string() + " --calls=1");
    EXPECT_EQ(run.status, 1);
    EXPECT_TRUE(contains(run.output, "default-invalid: a: /n: its default 10: ")) << run.output;
    EXPECT_TRUE(
        contains(run.output, "annotation-unknown: a: unknown annotation 'readonlyHint'; did you mean 'readOnlyHint'?"))
        << run.output;
}

TEST(Check, warnsOfSideEffectsAndSparesWhatIsDestructive) {
    const auto run = runTool("check " FAULTY " --calls=2 --budget=0.1 --skip=crash --skip=cancels_slowly");
    EXPECT_TRUE(contains(run.output, "--skip=TOOL spares one with side effects")) << run.output;
    EXPECT_TRUE(contains(run.output, "tool-skipped: deletes: its annotations call it destructive")) << run.output;
    EXPECT_TRUE(contains(run.output, "tool-skipped: crash: as told")) << run.output;
    EXPECT_TRUE(contains(runTool("check " FAULTY " --skip=crsh").output, "did you mean 'crash'?"));
}

TEST(Check, notesWhatIsOddButNotAgainstTheRules) {
    const auto run = runTool("check " FAULTY " --only=defect --only=impossible --only=good --calls=5");
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(contains(run.output, "internal-error: defect: vector::at; called with {}")) << run.output;
    EXPECT_TRUE(contains(run.output, "no-valid-input: impossible: ")) << run.output;
    EXPECT_TRUE(contains(run.output, "tool-unproven: defect: no call of it succeeded")) << run.output;
    EXPECT_FALSE(contains(run.output, "tool-unproven: good")) << run.output;
    EXPECT_FALSE(contains(run.output, "tool-unproven: impossible")) << run.output;
}

TEST(Check, tellsProgramsTheSame) {
    const auto run = runTool("check " FAULTY " --only=not_as_described --calls=2 --json", Output::standard);
    EXPECT_TRUE(
        run.output.starts_with(R"({"id":"faulty","version":"1.0.0","passed":false,"sections":[{"name":"manifest",)"))
        << run.output;
    EXPECT_TRUE(contains(run.output, R"("findings":[{"code":"result-unlike-schema","serious":true,"text":")"))
        << run.output;
}

TEST(Check, isTheSameEveryTime) {
    const std::string words = "check " FAULTY " --only=not_as_described --only=good --calls=3 --json";
    const auto first = runTool(words, Output::standard).output;
    const auto findings = [](const std::string& text) { return text.substr(text.find("result-unlike-schema"), 200); };
    EXPECT_EQ(findings(runTool(words, Output::standard).output), findings(first));
}

}  // namespace
