#include "mcp/tool_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using aip::base::Code;
using aip::mcp::ToolPages;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t longest = 1'000;

std::string endOf(ToolPages& pages, const std::string& next) {
    const auto isLast = pages.endPage(next);
    return !isLast ? isLast.error().text() : *isLast ? "complete" : "another";
}

TEST(ToolPages, areOneList) {
    ToolPages pages(longest);
    pages.add("a", R"({"name":"a"})", false);
    EXPECT_EQ(endOf(pages, "next"), "another");
    pages.add("b", R"({"name":"b"})", true);
    EXPECT_EQ(endOf(pages, ""), "complete");
    const auto all = pages.take();
    EXPECT_THAT(all.names, ElementsAre("a", "b"));
    EXPECT_THAT(all.tools, ElementsAre(R"({"name":"a"})", R"({"name":"b"})"));
    EXPECT_THAT(all.wrapping, ElementsAre("b"));
    EXPECT_EQ(endOf(pages, "next"), "another");  // of another list
    EXPECT_THAT(pages.take().tools, IsEmpty());
}

TEST(ToolPages, haveAnEnd) {
    ToolPages round(longest);
    EXPECT_EQ(endOf(round, "a"), "another");
    EXPECT_EQ(endOf(round, "b"), "another");
    EXPECT_EQ(endOf(round, "a"), "its list of tools does not end");
    ToolPages many(longest);
    for (std::size_t page = 1; page <= ToolPages::mostPages; ++page) {
        ASSERT_EQ(endOf(many, std::to_string(page)), "another");
    }
    EXPECT_EQ(endOf(many, ""), "its list of tools does not end");
    ToolPages tools(longest);
    for (std::size_t tool = 0; tool <= ToolPages::mostTools; ++tool) {
        tools.add(std::to_string(tool), "", false);
    }
    EXPECT_EQ(endOf(tools, ""), "its list of tools does not end");
}

TEST(ToolPages, areBoundedInBytes) {
    ToolPages pages(longest);
    pages.add("a", std::string(longest, ' '), false);
    EXPECT_EQ(endOf(pages, "next"), "another");
    pages.add("b", " ", false);
    EXPECT_EQ(endOf(pages, ""), "its list of tools is longer than 1000 bytes");
    pages.clear();
    pages.add("a", std::string(longest, ' '), false);
    EXPECT_EQ(endOf(pages, ""), "complete");
}

}  // namespace
