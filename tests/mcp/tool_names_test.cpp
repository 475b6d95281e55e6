#include "mcp/tool_names.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace aip::mcp;
using Names = std::vector<std::string>;

ToolKey key(const std::string& nameSpace, const std::string& name, const std::string& type = "action") {
    return {type, nameSpace, name};
}

TEST(ToolNames, areBareWhileUnique) {
    ToolNames names;
    EXPECT_EQ(names.assign({key("A", "run"), key("B", "run"), key("B", "run", "data_collection"), key("A", "go")}),
              (Names{"run", "B_run", "B_run_2", "go"}));
}

TEST(ToolNames, stayWhileTheToolIsListed) {
    ToolNames names;
    names.assign({key("A", "run"), key("B", "run")});
    EXPECT_EQ(names.assign({key("B", "run"), key("A", "run")}), (Names{"B_run", "run"}));
    EXPECT_EQ(names.assign({key("B", "run")}), Names{"B_run"});
    EXPECT_EQ(names.assign({key("C", "run"), key("B", "run")}), (Names{"run", "B_run"}));
    names.assign({});
    EXPECT_EQ(names.assign({key("B", "run")}), Names{"run"});
}

TEST(ToolNames, areOfTheCharactersThatEveryClientTakes) {
    ToolNames names;
    const std::string longName(200, 'x');
    const auto given =
        names.assign({key("A", "a.b c\xC3\xA9"), key("A", longName), key("B", longName), key("C.D", "a.b c\xC3\xA9")});
    EXPECT_EQ(given[0], "a_b_c__");
    EXPECT_EQ(given[1], std::string(64, 'x'));
    EXPECT_EQ(given[2], "B_" + std::string(62, 'x'));
    EXPECT_EQ(given[3], "C_D_a_b_c__");
}

TEST(ToolNames, areUniqueHoweverManyNamesakesThereAre) {
    ToolNames names;
    std::vector<ToolKey> tools;
    for (int i = 0; i < 500; ++i) {
        tools.push_back(key("N", std::string(70, 'y') + std::to_string(i)));
    }
    const auto given = names.assign(tools);
    EXPECT_EQ(std::set<std::string>(given.begin(), given.end()).size(), tools.size());
    for (const auto& name : given) {
        EXPECT_LE(name.size(), 64U);
    }
}

}  // namespace
