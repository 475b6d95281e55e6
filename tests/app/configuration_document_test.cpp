#include "app/ini_document.h"
#include "app/xml_document.h"

#include <gtest/gtest.h>

#include <ostream>

namespace aip::app {
namespace {

/// "LINE KEY=VALUE" of each entry, then "LINE! FAULT" of each fault.
std::string shown(const ConfigurationDocument& document) {
    std::string out;
    for (const auto& entry : document.entries) {
        out += std::to_string(entry.line) + " " + entry.key + "=" + entry.written + "|";
    }
    for (const auto& fault : document.faults) {
        out += std::to_string(fault.line) + "! " + fault.text + "|";
    }
    return out;
}

struct DocumentRow {
    const char* name;
    std::string text;
    std::string expected;
};

void PrintTo(const DocumentRow& row, std::ostream* out) {
    *out << row.name;
}

class Ini : public testing::TestWithParam<DocumentRow> {};
class Xml : public testing::TestWithParam<DocumentRow> {};

TEST_P(Ini, isTakenApart) {
    EXPECT_EQ(shown(parseIni(GetParam().text)), GetParam().expected);
}

TEST_P(Xml, isTakenApart) {
    EXPECT_EQ(shown(parseXml(GetParam().text)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Ini,
    testing::Values(
        DocumentRow{"empty", "", ""}, DocumentRow{"plain", "[a]\nb = c d\n", "2 a.b=c d|"},
        DocumentRow{"byteOrderMark", "\xEF\xBB\xBF[a]\r\nb=c\r\n", "2 a.b=c|"},
        DocumentRow{"noLastNewline", "[ a ]\n b\t=\tc ", "2 a.b=c|"},
        DocumentRow{"comments", "; x = y\n # [z\n\n[a]\n;b=c\n", ""},
        DocumentRow{"commentAfterAHeader", "[a] ; b\nc = d\n",
                    "1! text after the ] of a section; a comment stands on a line of its own|"},
        DocumentRow{"openHeader", "[x]\n[a\nb = c\n[d]\ne=f\n", "5 d.e=f|2! the section has no closing ]|"},
        DocumentRow{"namelessHeader", "[]\nb = c\n", "1! the section has no name|"},
        DocumentRow{"noEquals", "[a]\nb c\n", "2! neither a [section] nor key = value|"},
        DocumentRow{"noKey", "[a]\n = c\n", "2! no key before the =|"},
        DocumentRow{"keyInFull", "a.b = c\n[d]\ne.f = g\n", "1 a.b=c|3 d.e.f=g|"},
        DocumentRow{"parts", "[a.hosts.0]\nb = c\n[a.limits]\nd = 1\n", "2 a.hosts.0.b=c|4 a.limits.d=1|"},
        DocumentRow{"twice", "[a]\nb=1\n[a]\nc=2\nb=3\n",
                    "2 a.b=1|4 a.c=2|5! key 'a.b' is already set in line 2; a list is written with commas|"},
        DocumentRow{"caseMatters", "[a]\nb=1\nB=2\n", "2 a.b=1|3 a.B=2|"},
        DocumentRow{"oddKey", "[a]\nb c = 1\n[x..y]\nz = 1\n",
                    "2! 'a.b c' is not a name that a key may have|4! 'x..y.z' is not a name that a key may have|"},
        DocumentRow{"equalsInTheValue", "[a]\nb = c=d\n", "2 a.b=c=d|"},
        DocumentRow{"latin1", "[a]\nb = caf\xE9\nc = 1\n", "3 a.c=1|2! not valid UTF-8|"},
        DocumentRow{"nul", std::string("[a]\nb = c\0d\n", 12), "2! holds a control character (U+0000)|"}),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rows, Xml,
    testing::Values(DocumentRow{"empty", "<aip-agent/>", ""},
                    DocumentRow{"plain", "<aip-agent>\n<a>\n<b> c d\n</b></a></aip-agent>", "3 a.b=c d|"},
                    DocumentRow{"dotInAName", "<aip-agent><a.b>c</a.b></aip-agent>", "1 a.b=c|"},
                    DocumentRow{"emptyValue", "<aip-agent><a><b/></a></aip-agent>", "1 a.b=|"},
                    DocumentRow{"numbered", "<aip-agent><a><_0><b>1</b></_0><_12>2</_12><_x>3</_x></a></aip-agent>",
                                "1 a.0.b=1|1 a.12=2|1 a._x=3|"},
                    DocumentRow{"otherRoot", "<agent>\n<a>b</a></agent>",
                                "2 a=b|1! the root element is <agent>; expected <aip-agent>|"},
                    DocumentRow{"twice", "<aip-agent><a>1</a>\n<a>2</a></aip-agent>",
                                "1 a=1|2! key 'a' is already set in line 1; a list is written with commas|"},
                    DocumentRow{"attribute", "<aip-agent>\n<a b='c'>1</a></aip-agent>",
                                "2 a=1|2! <a> has an attribute; a value is the text of an element|"},
                    DocumentRow{"mixed", "<aip-agent>\n<a>x<b>1</b></a></aip-agent>",
                                "2 a.b=1|2! text where elements are expected|"},
                    DocumentRow{"comment", "<aip-agent><!-- x --><a>1<!-- y -->2</a></aip-agent>", "1 a=12|"}),
    [](const auto& each) { return each.param.name; });

/// `count` times `before`NUMBER`after`.
std::string numbered(const std::string& before, const std::string& after, int count) {
    std::string text;
    for (int i = 1; i <= count; ++i) {
        text += before + std::to_string(i) + after;
    }
    return text;
}

TEST(IniDocument, holdsABoundedNumberOfKeys) {
    EXPECT_TRUE(parseIni(numbered("k", " = v\n", 4'096) + "; x\n[y]\n").faults.empty());
    for (const auto& text : {numbered("k", " = v\n", 20'000), numbered("no equals ", "\n", 20'000)}) {
        const auto document = parseIni(text);
        ASSERT_FALSE(document.faults.empty());
        EXPECT_EQ(document.faults.back().line, 4'097);
        EXPECT_EQ(document.faults.back().text, "more than 4096 keys; nothing is read from here on");
        EXPECT_EQ(document.entries.size() + document.faults.size(), 4'097U);
    }
}

TEST(XmlDocument, holdsABoundedNumberOfElements) {
    const auto within = parseXml("<aip-agent>" + numbered("<k", "/>", 4'095) + "</aip-agent>");
    EXPECT_TRUE(within.faults.empty());
    const auto document = parseXml("<aip-agent>\n<s>" + numbered("<k", "/>\n", 20'000) + "</s></aip-agent>");
    ASSERT_FALSE(document.faults.empty());
    EXPECT_EQ(document.faults.back().text, "more than 4096 elements; nothing is read from here on");
    EXPECT_LE(document.entries.size() + document.faults.size(), 4'097U);
}

TEST(ConfigurationDocument, hasKeysOfABoundedLength) {
    const std::string longName(1U << 20U, 'n');
    const auto ini = parseIni("[" + longName + "]\na = 1\nb = 2\n[s]\n" + longName + " = 3\nc = 4\n");
    ASSERT_EQ(ini.faults.size(), 2U);
    EXPECT_EQ(ini.faults[0].text, "the name of the section is longer than 1024 bytes");
    EXPECT_TRUE(ini.faults[1].text.ends_with("is not a name that a key may have: longer than 1024 bytes"));
    ASSERT_EQ(ini.entries.size(), 1U);
    EXPECT_EQ(ini.entries[0].key, "s.c");
    const auto xml = parseXml("<aip-agent><" + longName + "><a>1</a><b><c>2</c></b></" + longName + "></aip-agent>");
    EXPECT_TRUE(xml.entries.empty());
    EXPECT_EQ(xml.faults.size(), 2U);
    EXPECT_LT(xml.faults[0].text.size(), 1'000U);
}

TEST(XmlDocument, isOfABoundedDepth) {
    const auto nested = [](int levels) {
        std::string open;
        std::string close;
        for (int i = 0; i < levels; ++i) {
            open += "<a>\n";
            close += "</a>";
        }
        return parseXml("<aip-agent>" + open + close + "</aip-agent>");
    };
    EXPECT_TRUE(nested(31).faults.empty());
    for (const int levels : {32, 100'000}) {
        const auto document = nested(levels);
        ASSERT_EQ(document.faults.size(), 1U);
        EXPECT_EQ(document.faults[0].line, 32);
        EXPECT_EQ(document.faults[0].text, "<a> is in more than 32 levels; nothing is read from here on");
    }
}

TEST(XmlDocument, saysWhereItIsNotXml) {
    const auto document = parseXml("<aip-agent>\n<a>1</b></aip-agent>");
    ASSERT_EQ(document.faults.size(), 1U);
    EXPECT_EQ(document.faults[0].line, 2);
    EXPECT_FALSE(parseXml("").faults.empty());
    EXPECT_FALSE(parseXml("[server]\nurl = x\n").faults.empty());
}

TEST(XmlDocument, takesNothingFromOtherFiles) {
    const auto document =
        parseXml("<!DOCTYPE aip-agent [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><aip-agent><a>&x;</a></aip-agent>");
    for (const auto& entry : document.entries) {
        EXPECT_EQ(entry.written, "");
    }
}

}  // namespace
}  // namespace aip::app
