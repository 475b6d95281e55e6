#include "runner/progress_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using aip::runner::ProgressLines;
using Report = ProgressLines::Report;

TEST(ProgressLines, haveANumberAndPerhapsAText) {
    struct Row {
        const char* line;
        std::optional<Report> report;
    };
    for (const auto& [line, report] :
         {Row{"0\n", Report{0, ""}}, Row{"500 half of it\n", Report{500, "half of it"}},
          Row{"1000  x\n", Report{1000, " x"}}, Row{"1001 x\n", std::nullopt}, Row{"-1\n", std::nullopt},
          Row{"99999999999 x\n", std::nullopt}, Row{"5x\n", std::nullopt}, Row{" 5\n", std::nullopt},
          Row{"x\n", std::nullopt}, Row{"\n", std::nullopt}, Row{"5", std::nullopt},
          Row{"1 a\n2 b\nno\n3", Report{2, "b"}}}) {
        EXPECT_EQ(ProgressLines().feed(line), report) << line;
    }
}

TEST(ProgressLines, comeInPieces) {
    ProgressLines lines;
    EXPECT_EQ(lines.feed("25"), std::nullopt);
    EXPECT_EQ(lines.feed("0 a"), std::nullopt);
    EXPECT_EQ(lines.feed("b\n7"), (Report{250, "ab"}));
    EXPECT_EQ(lines.feed("\n"), (Report{7, ""}));
}

TEST(ProgressLines, areBounded) {
    ProgressLines lines;
    const auto report = lines.feed("1 " + std::string(10'000, 'x') + "\n2 y\n3 " + std::string(9'000, 'z') + "\n");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->permille, 3U);
    EXPECT_EQ(report->text.size(), ProgressLines::longestLine - 2);
    EXPECT_FALSE(lines.exceeded());
    lines.feed(std::string(ProgressLines::mostBytes, 'x'));
    EXPECT_TRUE(lines.exceeded());
}

}  // namespace
