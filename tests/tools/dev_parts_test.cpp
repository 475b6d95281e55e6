#include "dev/agent_log.h"
#include "dev/build_output.h"
#include "dev/sources.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

using aip::tests::TemporaryFolder;
using aip::tests::writeFile;
using aip::tool::dev::AgentLog;
using aip::tool::dev::problemsIn;
using aip::tool::dev::Sources;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using Lines = std::vector<std::string>;

TEST(DevSources, tellsWhatHasComeGoneAndChanged) {
    const TemporaryFolder folder;
    writeFile(folder / "a.cpp", "1");
    writeFile(folder / "b.h", "1");
    Sources sources(folder.path());
    EXPECT_THAT(sources.changes(), IsEmpty());
    writeFile(folder / "a.cpp", "12");
    fs::remove(folder / "b.h");
    fs::create_directories(folder / "lib");
    writeFile(folder / "lib/c.c", "");
    EXPECT_THAT(sources.changes(), UnorderedElementsAre("a.cpp", "b.h", "lib/c.c"));
    EXPECT_THAT(sources.changes(), IsEmpty());
}

TEST(DevSources, seesTheSameSizeAtAnotherTime) {
    const TemporaryFolder folder;
    writeFile(folder / "a.py", "1");
    Sources sources(folder.path());
    writeFile(folder / "a.py", "2");
    fs::last_write_time(folder / "a.py", fs::file_time_type::clock::now() + std::chrono::seconds(3));
    EXPECT_THAT(sources.changes(), ElementsAre("a.py"));
}

TEST(DevSources, doesNotLookAtWhatNobodyEdits) {
    const TemporaryFolder folder;
    for (const std::string name : {"out", "target", "__pycache__", "node_modules", ".git"}) {
        fs::create_directories(folder / name);
    }
    writeFile(folder / "out/CMakeCache.txt", "");
    writeFile(folder / "target/CACHEDIR.TAG", "");
    Sources sources(folder.path());
    for (const std::string name :
         {"out/x.o", "target/x.o", "__pycache__/x.pyc", "node_modules/x.js", ".git/HEAD", ".a.swp", "a.py~"}) {
        writeFile(folder / name, "x");
    }
    EXPECT_THAT(sources.changes(), IsEmpty());
}

TEST(DevSources, takesWhatWeWriteForKnown) {
    const TemporaryFolder folder;
    writeFile(folder / "plugin.json", "{}");
    Sources sources(folder.path());
    writeFile(folder / "plugin.json", "{ }");
    sources.written("plugin.json");
    EXPECT_THAT(sources.changes(), IsEmpty());
}

struct OutputRow {
    const char* of;
    const char* output;
    const char* shown;
};

TEST(DevBuildOutput, showsWhatAnAuthorMustRead) {
    const OutputRow rows[] = {
        {"ninja",
         "[1/2] Building CXX object a.o\nFAILED: a.o \n/usr/bin/c++ -x a.cpp\na.cpp:3:1: error: what\n    3 | "
         "x\nninja: build stopped: subcommand failed.\n",
         "a.cpp:3:1: error: what\n    3 | x\n"},
        {"make",
         "[ 50%] Building CXX object a.o\na.cpp:3:1: error: what\ngmake[2]: *** [x] Error 1\nmake: *** [all] Error 2\n",
         "a.cpp:3:1: error: what\n"},
        {"cmake", "-- Configuring\n\nCMake Error at CMakeLists.txt:4 (foo):\n  Unknown CMake command\n",
         "CMake Error at CMakeLists.txt:4 (foo):\n  Unknown CMake command\n"},
        {"cargo", "   Compiling x v1.0.0\nerror: expected item\n", "error: expected item\n"},
        {"nothing but noise", "make: *** no rule\n", "make: *** no rule\n"},
        {"nothing", "", ""},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(problemsIn(row.output), row.shown) << row.of;
    }
}

TEST(DevBuildOutput, isNoLongerThanAScreen) {
    std::string output;
    for (int i = 0; i < 100; ++i) {
        output += "a.cpp: error: " + std::to_string(i) + "\n";
    }
    const std::string shown = problemsIn(output);
    EXPECT_THAT(shown, HasSubstr("error: 39\n(60 lines more)"));
    EXPECT_THAT(shown, Not(HasSubstr("error: 40")));
}

/// A line of the agent's log at this millisecond.
std::string logLine(int at, const std::string& text) {
    return "2026-11-29T02:22:00." + std::to_string(at) + "+00:00 " + text + "\n";
}

TEST(DevAgentLog, tellsEachCallWithItsOutcomeAndTime) {
    Lines shown;
    AgentLog log([&shown](const std::string& line) { shown.push_back(line); });
    log.take(logLine(100, "debug call c1: action::greet of hello"));
    log.take(logLine(101, "debug call c2: data_collection::count of hello"));
    log.take(logLine(110, "debug call c2: 12.5 %"));
    log.take(logLine(112, "debug call c1: greet of server: OK by the tool in 12.3 ms, 11 bytes"));
    log.take(logLine(131, "debug call c2: count of -: INTERNAL by the schema in 30 ms, 0 bytes") +
             logLine(131, "debug call c3: OK"));
    EXPECT_THAT(shown, ElementsAre("call data_collection::count: 12.5 %", "call action::greet: OK in 12.3 ms",
                                   "call data_collection::count: INTERNAL in 30 ms"));
}

TEST(DevAgentLog, putsLinesTogetherThatComeInPieces) {
    Lines shown;
    AgentLog log([&shown](const std::string& line) { shown.push_back(line); });
    for (const char c : logLine(100, "info  plugin hello: counted to 3")) {
        log.take(std::string(1, c));
    }
    EXPECT_THAT(shown, ElementsAre("hello: counted to 3"));
}

TEST(DevAgentLog, showsWhatConcernsTheAuthorOnly) {
    Lines shown;
    AgentLog log([&shown](const std::string& line) { shown.push_back(line); });
    for (const std::string line :
         {"info  connecting to ws://127.0.0.1:1/ws (attempt 1)", "warning running as root: plugins have all rights",
          "warning plugin rain: its process is without undumpable (a program is always dumpable)",
          "info  plugin rain 1.0.0 started in a process of its own",
          "info  plugin rain 1.0.0: leaves once its calls are over", "warning plugin rain: a tool is left out: why",
          "error the disk is full"}) {
        log.take(logLine(100, line));
    }
    EXPECT_THAT(shown, ElementsAre("warning: rain: a tool is left out: why", "error: the disk is full"));
}

TEST(DevAgentLog, knowsWhenTheAgentIsReadyAndWhyAPluginIsNot) {
    AgentLog log([](const std::string& /*line*/) {});
    EXPECT_FALSE(log.registered());
    log.take(logLine(100, "info  registered as dev"));
    EXPECT_TRUE(log.registered());
    log.take(logLine(100, "error plugin rain: what is in /p/rain is refused, version 1.0.0 goes on: hash-mismatch: x"));
    EXPECT_THAT(log.refusal(), HasSubstr("hash-mismatch"));
    EXPECT_EQ(log.reloads(), 0);
    log.take(logLine(100, "info  reload: done; plugins at work: rain 1.0.0"));
    EXPECT_EQ(log.reloads(), 1);
    log.forgetRefusal();
    EXPECT_EQ(log.refusal(), "");
    log.begin();
    EXPECT_FALSE(log.registered());
}

}  // namespace
