#include "plugins/dynamic_tools.h"

#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::admission::ToolManifest;
using aip::plugins::DynamicTools;

/// Another list for each `number`, whose patterns may take 100 MiB of memory.
std::string largeList(int number) {
    std::string tools;
    for (int tool = 0; tool < 400; ++tool) {
        const std::string name = "t" + std::to_string(number) + "_" + std::to_string(tool);
        tools += (tools.empty() ? "[" : ",") + (R"({"name":")" + name) +
                 R"(","type":"action","namespace":"N","input_schema":{"pattern":")" + name + "\"}}";
    }
    return tools + "]";
}

/// A call in flight holds the tool that it has found.
TEST(DynamicTools, areBoundedTogetherWithWhatCallsHold) {
    const aip::tests::LogBook log;
    DynamicTools tools(log.sink());
    std::vector<std::vector<ToolManifest>> held;
    for (int number = 0; number < 5; ++number) {
        ASSERT_TRUE(tools.update(largeList(number)));
        held.push_back(tools.tools());
        ASSERT_EQ(held.back().size(), 400U) << number;
    }
    ASSERT_TRUE(tools.update(largeList(5)));
    EXPECT_LT(tools.tools().size(), 60U);
    EXPECT_EQ(log.count("3 a tool is left out: "), 10U);
    held.clear();
    ASSERT_TRUE(tools.update(largeList(6)));
    EXPECT_EQ(tools.tools().size(), 400U);
}

}  // namespace
