#include "shown.h"

#include "json.h"
#include "output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace aip::agentctl;

TEST(Shown, isHarmless) {
    EXPECT_EQ(shown("plain \u00e4"), "plain \u00e4");
    EXPECT_EQ(shown("\x1b]0;title\x07\r\n"), "\\x1b]0;title\\x07\\r\\n");
    EXPECT_EQ(shown("a\u009b31m"), "a\\u009b31m");
    EXPECT_EQ(shownLines("a\tb\n\x1b[2J\nc"), "a\tb\n\\x1b[2J\nc");
    EXPECT_EQ(shownLines("\n\n"), "\n\n");
}

TEST(Shown, jsonSaysTheSame) {
    const std::string json = "{\"a\":\"\u009b31m \u202e \U000e0041 \u00e4\x7f\"}";
    const std::string safe = shownJson(json);
    EXPECT_EQ(safe, "{\"a\":\"\\u009b31m \\u202e \\udb40\\udc41 \u00e4\\u007f\"}");
    const auto before = Document::parse(json);
    const auto after = Document::parse(safe);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->root()["a"].text(), after->root()["a"].text());
    EXPECT_EQ(shownJson("\x1b[2J\xff\n"), "\\u001b[2J\\ufffd\n");
}

TEST(Shown, jsonIsOnlyChangedForATerminal) {
    std::ostringstream file;
    Output(file, false, 80).json("{\"a\":\"\u009b\"}");
    EXPECT_EQ(file.str(), "{\"a\":\"\u009b\"}\n");
    std::ostringstream terminal;
    Output(terminal, true, 80).json("{\"a\":\"\u009b\"}");
    EXPECT_EQ(terminal.str(), "{\"a\":\"\\u009b\"}\n");
}

TEST(Shown, hasUnits) {
    EXPECT_EQ(duration(0), "0 ms");
    EXPECT_EQ(duration(999), "999 ms");
    EXPECT_EQ(duration(59'999), "59 s");
    EXPECT_EQ(duration(185'000), "3 min 5 s");
    EXPECT_EQ(duration(7'200'000), "2 h");
    EXPECT_EQ(duration(90'000'000), "1 d 1 h");
    EXPECT_EQ(size(1'023), "1023 B");
    EXPECT_EQ(size(1'536), "1.5 KiB");
    EXPECT_EQ(size(std::int64_t(3) << 40U), "3.0 TiB");
    EXPECT_EQ(moment("2026-11-23T14:25:26.146612+00:00"), "2026-11-23 14:25:26 UTC");
    EXPECT_EQ(moment("soon\x1b"), "soon\\x1b");
}

}  // namespace
