#include "ini_value.h"

#include <gtest/gtest.h>

namespace {

using aip::importer::iniList;
using aip::importer::iniValue;
using aip::importer::isIniName;

TEST(IniValue, isQuotedWhereTheFileWouldReadItOtherwise) {
    struct Row {
        std::string text, written;
    };
    for (const auto& [text, written] : {Row{"plain-1.2/x:y@z", "plain-1.2/x:y@z"},
                                        {"", R"("")"},
                                        {"two words", R"("two words")"},
                                        {" ; note", R"(" ; note")"},
                                        {"a,b", R"("a,b")"},
                                        {R"(say "hi" \o/)", R"("say \"hi\" \\o/")"},
                                        {"line\nand\ttab", R"("line\nand\ttab")"},
                                        {"${HOME} $5 $${x}", R"("$${HOME} $5 $$${x}")"},
                                        {"caf\xC3\xA9", "\"caf\xC3\xA9\""}}) {
        EXPECT_EQ(iniValue(text), written) << text;
    }
    EXPECT_FALSE(iniValue("bell\a"));
    EXPECT_FALSE(iniValue(std::string("zero\0", 5)));
    EXPECT_EQ(iniList({"-m", "a server", "x,y"}), R"(-m, "a server", "x,y")");
    EXPECT_FALSE(iniList({"fine", "\x1B"}));
}

TEST(IniValue, namesHoldNoDots) {
    EXPECT_TRUE(isIniName("Word_COM-2"));
    for (const char* name : {"", "a.b", "a b", "a]", "\xC3\xA9"}) {
        EXPECT_FALSE(isIniName(name)) << name;
    }
}

}  // namespace
