#include "roff.h"

#include <gtest/gtest.h>

namespace aip::manual::roff {
namespace {

TEST(Roff, escapesWhatItWouldRead) {
    EXPECT_EQ(escaped(R"(a-b \n 'x' `y` "z" ^~)"), R"(a\-b \(rsn \(aqx\(aq \(gay\(ga \(dqz\(dq \(ha\(ti)");
}

TEST(Roff, beginsNoLineWithARequest) {
    EXPECT_EQ(paragraph(".ini or 'x'"), "\\&.ini or \\(aqx\\(aq\n");
    std::string words;
    for (int i = 0; i < 100; ++i) {
        words += ".xml ";
    }
    const std::string text = paragraph(words);
    EXPECT_EQ(text.find("\n."), std::string::npos);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        EXPECT_LE(end - at, 80U);
        at = end + 1;
    }
}

TEST(Roff, tellsNamesFromValues) {
    EXPECT_EQ(form("-c, --config=PATH"), R"(\fB\-c\fR, \fB\-\-config\fR=\fIPATH\fR)");
    EXPECT_EQ(form("tool FOLDER|plugin.json [OPTION]..."),
              R"(\fBtool\fR \fIFOLDER\fR|\fBplugin.json\fR [\fIOPTION\fR]...)");
    EXPECT_EQ(form("-D, --define=KEY"), R"(\fB\-D\fR, \fB\-\-define\fR=\fIKEY\fR)");
    EXPECT_EQ(form("64"), "64");
}

TEST(Roff, writesAnEntry) {
    EXPECT_EQ(entry(form("--fast"), "Be fast."), ".TP\n\\fB\\-\\-fast\\fR\nBe fast.\n");
}

}  // namespace
}  // namespace aip::manual::roff
