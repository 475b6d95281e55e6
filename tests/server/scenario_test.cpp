#include "scenario.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace aip::tests {
namespace {

using namespace aip::server;

TEST(Scenario, ofTheShippedExamplesCanBeRead) {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(AIP_SCENARIOS)) {
        const auto scenario = loadScenario(file.path().string());
        EXPECT_TRUE(scenario) << scenario.error().text();
        ++count;
    }
    EXPECT_GT(count, 0);
}

TEST(Scenario, hasDefaultsForEverything) {
    const auto scenario = readScenario("{}");
    ASSERT_TRUE(scenario);
    EXPECT_EQ(scenario->agentName, "LinuxAgent");
    EXPECT_EQ(scenario->rootName, "");
    EXPECT_TRUE(scenario->steps.empty());
    EXPECT_EQ(scenario->endStatus, "completed");
    EXPECT_FALSE(scenario->endError);
}

TEST(Scenario, withoutAFileAsksForTheTools) {
    const Scenario scenario = defaultScenario();
    ASSERT_EQ(scenario.steps.size(), 1U);
    EXPECT_EQ(scenario.steps[0].commands.at(0).toolName, "list_tools");
}

TEST(Scenario, saysWhereItIsWrong) {
    const std::pair<const char*, const char*> rows[] = {
        {R"({"step":[]})", "step: is not known here; did you mean 'steps'?"},
        {R"({"steps":{}})", "steps: an array is expected"},
        {R"({"steps":[1]})", "steps: [0]: another kind of JSON value was expected"},
        {R"({"steps":[{}]})", "steps: [0]: commands: is required"},
        {R"({"steps":[{"commands":[{"tool_name":"x"},{"tool_name":1}]}]})",
         "steps: [0]: commands: [1]: tool_name: a string is expected"},
        {R"({"end":{"status":"ok"}})", "end: status: 'completed' or 'failed' is expected"},
    };
    for (const auto& [text, error] : rows) {
        const auto scenario = readScenario(text);
        ASSERT_FALSE(scenario) << text;
        EXPECT_EQ(scenario.error().text(), error);
    }
}

TEST(Scenario, givesEveryCommandANewCallIdUnlessItHasOne) {
    const std::vector<Command> commands{{"a", "null", {}, ""}, {"b", "null", {}, "mine"}};
    const auto first = withCallIds(commands);
    EXPECT_EQ(first[0].callId.size(), 36U);
    EXPECT_NE(first[0].callId, withCallIds(commands)[0].callId);
    EXPECT_EQ(first[1].callId, "mine");
}

}  // namespace
}  // namespace aip::tests
