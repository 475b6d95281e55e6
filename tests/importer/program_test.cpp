#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include <sys/wait.h>

namespace {

using aip::tests::TemporaryFolder;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
    int status;
    std::string output;
};

Outcome run(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): the words are ours
    std::string output;
    char buffer[4096];
    while (const auto size = std::fread(buffer, 1, sizeof buffer, pipe)) {
        output.append(buffer, size);
    }
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

Outcome runImport(const std::string& words) {
    return run(IMPORT_PROGRAM " " + words + " 2>&1");
}

TEST(ImportProgram, saysWhatIsWrong) {
    const TemporaryFolder folder;
    std::ofstream(folder / "broken.yaml") << "A:\n  default: 3\n";
    EXPECT_EQ(runImport("").status, 64);
    EXPECT_EQ(runImport("--all x").status, 64);
    EXPECT_EQ(runImport("a b").status, 64);
    EXPECT_THAT(runImport("--help").output, StartsWith("usage: aip-import FILE\n"));
    EXPECT_EQ(runImport(folder / "none.yaml").status, 1);
    const Outcome broken = runImport(folder / "broken.yaml");
    EXPECT_EQ(broken.status, 1);
    EXPECT_THAT(broken.output, HasSubstr("broken.yaml': line 2: root 'default' is a map"));
    std::ofstream(folder / "good.yaml") << "A: {}\n";
    for (const std::string& words : {folder / "good.yaml", std::string("--help"), std::string("--version")}) {
        EXPECT_EQ(runImport(words + " >/dev/full").status, 1) << words;
    }
}

TEST(ImportProgram, theAgentTakesWhatItPrints) {
    const TemporaryFolder folder;
    std::ofstream(folder / "mcp.yaml") << R"(
LinuxAgent:
  default:
    action:
      - {namespace: Echo, type: stdio, command: cat, start_args: ["-", "a, b"], env: {TOKEN: "x ; y"}, cwd: /}
      - {namespace: BashExecutor, type: http, port: 8010}
    data_collection:
      - {namespace: Sensors, type: http, host: 127.0.0.1, port: 8006, path: /mcp}
)";
    std::ofstream(folder / "agent.ini") << "[server]\nurl = ws://127.0.0.1:1/ws\n";
    ASSERT_EQ(run(IMPORT_PROGRAM " " + (folder / "mcp.yaml") + " >" + (folder / "mcp.ini")).status, 0);
    const Outcome check = run(AGENT_PROGRAM " --print-config --config=" + (folder / "agent.ini") +
                              " --config=" + (folder / "mcp.ini") + " 2>&1");
    EXPECT_EQ(check.status, 0) << check.output;
    EXPECT_THAT(check.output, HasSubstr("mcp.Sensors.url = http://127.0.0.1:8006/mcp"));
}

}  // namespace
