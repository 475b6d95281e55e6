#include "aip-plugin/arguments.h"

#include "commands.h"
#include "help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using namespace aip::agentctl;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;

aip::base::Result<Arguments> parsed(std::vector<std::string> words) {
    static const std::vector<Option> options{{"--reason", "TEXT", ""}, {"--json", "", ""}};
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    return Arguments::parse(pointers, options);
}

TEST(OperatorsArguments, areWordsAndOptions) {
    const auto arguments = parsed({"a", "--reason", "--x", "--json", "--", "--json", "-b"});
    ASSERT_TRUE(arguments);
    EXPECT_THAT(arguments->words(), ElementsAre("a", "--json", "-b"));
    EXPECT_EQ(arguments->get("--reason"), "--x");
    EXPECT_TRUE(arguments->has("--json"));
    EXPECT_FALSE(parsed({"--reason"}));
    EXPECT_FALSE(parsed({"--jso"}));
}

TEST(OperatorsCommands, areComplete) {
    std::set<std::string_view> names;
    for (const auto& command : commands()) {
        EXPECT_TRUE(names.insert(command.name).second) << command.name;
        EXPECT_NE(command.run, nullptr) << command.name;
        EXPECT_LE(command.fewest, command.most) << command.name;
        EXPECT_TRUE(command.summary.ends_with('.')) << command.name;
        EXPECT_TRUE(command.details.empty() || command.details.ends_with('\n')) << command.name;
        EXPECT_THAT(helpText(programText()), HasSubstr("\n  " + std::string(command.name)));
        EXPECT_THAT(helpText(programText(), textOf(command)), HasSubstr("--socket=PATH"));
    }
    EXPECT_THAT(helpText(programText()), ContainsRegex("69 +no agent answers"));
}

}  // namespace
