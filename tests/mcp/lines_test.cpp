#include "mcp/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::mcp::Lines;

std::vector<std::string> linesOf(Lines& lines, std::string_view bytes, bool expected = true) {
    std::vector<std::string> found;
    EXPECT_EQ(lines.feed(bytes, [&](std::string_view line) { found.emplace_back(line); }), expected) << bytes;
    return found;
}

TEST(Lines, areTheSameHoweverTheyCome) {
    const std::string text = "one\r\n\n{\"two\":2}\nthree";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        Lines lines(100);
        std::vector<std::string> all;
        for (std::size_t at = 0; at < text.size(); at += size) {
            for (auto& line : linesOf(lines, std::string_view(text).substr(at, size))) {
                all.push_back(line);
            }
        }
        EXPECT_EQ(all, (std::vector<std::string>{"one", "", "{\"two\":2}"})) << size;
    }
}

TEST(Lines, endWithOneThatIsTooLong) {
    for (const auto* pieces : {"123456\n", "123456", "12\n123456"}) {
        Lines lines(5);
        linesOf(lines, pieces, false);
        EXPECT_TRUE(linesOf(lines, "1\n", false).empty());
    }
    Lines lines(5);
    EXPECT_EQ(linesOf(lines, "12345\n").size(), 1U);
    linesOf(lines, "123");
    EXPECT_TRUE(linesOf(lines, "456\n", false).empty());
}

}  // namespace
