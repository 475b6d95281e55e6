#include "base/setting_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::base {
namespace {

using testing::HasSubstr;

Result<std::string> expand(std::string_view reference) {
    return reference == "${pair}" ? Result<std::string>("a, \"b")
                                  : Error(Code::notFound, std::string(reference) + " is not set");
}

std::string joined(const Result<std::vector<std::string>>& items) {
    std::string out;
    for (const auto& item : items ? *items : std::vector{items.error().text()}) {
        out += "[" + item + "]";
    }
    return out;
}

struct SettingTextRow {
    const char* written;
    const char* one;   ///< or a part of the error
    const char* list;  ///< likewise, in brackets
};

void PrintTo(const SettingTextRow& row, std::ostream* out) {
    *out << row.written;
}

class SettingTextRows : public testing::TestWithParam<SettingTextRow> {};

TEST_P(SettingTextRows, isDecodedAsOneAndAsAList) {
    const auto text = decodeSetting(GetParam().written, expand);
    const bool fault = std::string_view(GetParam().one).starts_with("!");
    EXPECT_EQ(bool(text.one), !fault);
    if (fault) {
        EXPECT_THAT(text.one.error().text(), HasSubstr(GetParam().one + 1));
    } else {
        EXPECT_EQ(*text.one, GetParam().one);
    }
    EXPECT_THAT(joined(text.list), HasSubstr(GetParam().list));
}

INSTANTIATE_TEST_SUITE_P(
    Values, SettingTextRows,
    testing::Values(
        SettingTextRow{"", "", ""}, SettingTextRow{" a b ", "a b", "[a b]"},
        SettingTextRow{"a, b ,,c", "a, b ,,c", "[a][b][c]"},
        SettingTextRow{"\"a, b\", 'c,d', e", "!several values", "[a, b][c,d][e]"},
        SettingTextRow{"\u201ca\u201d", "!typographic quotation mark", "typographic quotation mark"},
        SettingTextRow{"a, \u2018b\u2019", "!typographic", "typographic"},
        SettingTextRow{"\"\u201ca\u201d\"", "\u201ca\u201d", "[\u201ca\u201d]"},
        SettingTextRow{"it\u2019s", "it\u2019s", "[it\u2019s]"},
        SettingTextRow{"/x\u00a0; keep out", "!holds U+00A0", "holds U+00A0"},
        SettingTextRow{"a,\u200bb", "!holds U+200B", "holds U+200B"},
        SettingTextRow{"'a\u202eb'", "a\u202eb", "[a\u202eb]"},
        SettingTextRow{"'a\u0085b'", "!control character (U+0085)", "control character (U+0085)"},
        SettingTextRow{"\" a \"", " a ", "[ a ]"}, SettingTextRow{"\"\"", "", "[]"},
        SettingTextRow{R"("a\\\"\n\tb")", "a\\\"\n\tb", "[a\\\"\n\tb]"},
        SettingTextRow{R"('C:\new')", R"(C:\new)", R"([C:\new])"},
        SettingTextRow{R"(C:\new)", R"(C:\new)", R"([C:\new])"},
        SettingTextRow{R"("C:\x")", "!a backslash in double quotes", "a backslash in double quotes"},
        SettingTextRow{"\"a", "!no closing \"", "[no closing \"]"},
        SettingTextRow{"'a\"", "!no closing '", "[no closing ']"},
        SettingTextRow{"\"a\" b", "!text after the closing quote", "[text after the closing quote]"},
        SettingTextRow{"[\"a\", \"b\"]", "[\"a\", \"b\"]", "[a list is written without brackets]"},
        SettingTextRow{"a ; b", "!quote it", "quote it"}, SettingTextRow{"a\t# b", "!quote it", "quote it"},
        SettingTextRow{"/x, /y ;z", "!quote it", "quote it"}, SettingTextRow{"a;b#c", "a;b#c", "[a;b#c]"},
        SettingTextRow{"\"a ; b\"", "a ; b", "[a ; b]"}, SettingTextRow{"#a", "#a", "[#a]"},
        SettingTextRow{"; a", "!quote it", "quote it"}, SettingTextRow{"# a", "!quote it", "quote it"},
        SettingTextRow{"#", "!quote it", "quote it"}, SettingTextRow{"say \"hi\"", "say \"hi\"", "[say \"hi\"]"},
        SettingTextRow{"{\"a\": [1, 2]}", "{\"a\": [1, 2]}", ""}, SettingTextRow{"x${pair}", "xa, \"b", "[xa][\"b]"},
        SettingTextRow{"\"${pair}\", c", "!several", "[a, \"b][c]"},
        SettingTextRow{"$${pair} $5", "${pair} $5", "[${pair} $5]"}, SettingTextRow{"'$${x}'", "${x}", "[${x}]"},
        SettingTextRow{"${none}", "!${none} is not set", "not"},
        SettingTextRow{"${none", "!not a valid reference", "not a valid reference"},
        SettingTextRow{"caf\xE9", "!UTF-8", "UTF-8"}, SettingTextRow{"a\x01z", "!control", "control"}));

TEST(SettingText, holdsSoManyItemsAndNoMore) {
    std::string written = "a";
    for (std::size_t i = 1; i < mostListItems; ++i) {
        written += ",a";
    }
    const auto most = decodeSetting(written, expand);
    ASSERT_TRUE(most.list);
    EXPECT_EQ(most.list->size(), mostListItems);
    const auto more = decodeSetting(written + ",a", expand);
    EXPECT_TRUE(more.one);
    ASSERT_FALSE(more.list);
    EXPECT_THAT(more.list.error().text(), HasSubstr("more than 4096 items"));
    const auto expanded = decodeSetting("${many}", [&](std::string_view) { return written + ",a,a"; });
    EXPECT_FALSE(expanded.list);
}

TEST(SettingText, isTakenAsItIsWithoutAGrammar) {
    const SettingText text("a ; \"b, c");
    EXPECT_EQ(*text.one, "a ; \"b, c");
    EXPECT_EQ(joined(text.list), "[a ; \"b][c]");
}

struct NumberRow {
    const char* text;
    Unit unit;
    double value;  ///< negative: refused
};

class NumberSetting : public testing::TestWithParam<NumberRow> {};

TEST_P(NumberSetting, takesTheUnitsOfItsKind) {
    const auto number = numberSetting(GetParam().text, GetParam().unit);
    EXPECT_EQ(number ? *number : -1, GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Values, NumberSetting,
    testing::Values(NumberRow{"1.5", Unit::none, 1.5}, NumberRow{"1s", Unit::none, -1},
                    NumberRow{"250ms", Unit::duration, 0.25}, NumberRow{"5 m", Unit::duration, 300},
                    NumberRow{"1.5h", Unit::duration, 5'400}, NumberRow{"2d", Unit::duration, 172'800},
                    NumberRow{"1MiB", Unit::duration, -1}, NumberRow{"10S", Unit::duration, -1},
                    NumberRow{"100MiB", Unit::size, 104'857'600}, NumberRow{"1kB", Unit::size, 1'000},
                    NumberRow{"7B", Unit::size, 7}, NumberRow{"7", Unit::size, 7}, NumberRow{"1m", Unit::size, -1},
                    NumberRow{"inf", Unit::none, -1}, NumberRow{"0x10", Unit::size, -1},
                    NumberRow{"", Unit::none, -1}));

TEST(LiteralSetting, isReadAsItIs) {
    for (const std::string text : {"plain", "a b", "a ; b", "#", "", " x ", "\"a\"", "'", "C:\\x", "\"\\", "${a}",
                                   "$${a}", "$", "a${", "a,b", "wss://host/ws?a=b&c"}) {
        const auto read = decodeSetting(literalSetting(text), [](std::string_view) { return std::string("expanded"); });
        ASSERT_TRUE(read.one) << literalSetting(text);
        EXPECT_EQ(*read.one, text);
    }
    EXPECT_EQ(literalSetting("C:\\x"), "C:\\x");
}

TEST(SecretName, isOneThatHoldsTheWordForASecret) {
    for (const auto* name : {"token", "api_key", "PASSWORD", "pass", "PASS", "db_pass", "dbPass", "pass.2", "pwd",
                             "smtpPwd", "db_pw", "pw", "GITHUB_PAT", "bearer", "session_cookie", "Cookie"}) {
        EXPECT_TRUE(isSecretName(name)) << name;
    }
    for (const auto* name : {"",       "host",      "bypass", "passive", "compass", "passenger_count", "pas",
                             "author", "authority", "path",   "PATH",    "pattern", "compat",          "design",
                             "signal", "sigma",     "sassy",  "hotplug", "dsns",    "sasl_host"}) {
        EXPECT_FALSE(isSecretName(name)) << name;
    }
}

TEST(IsSecretName, knowsShortNamesAsWords) {
    for (const auto* name : {"dsn",
                             "DB_DSN",
                             "sentryDsn",
                             "sig",
                             "x-sig",
                             "urlSig",
                             "SIG",
                             "sas",
                             "auth",
                             "x-auth",
                             "proxyAuth",
                             "authInfo",
                             "oauth2",
                             "Authorization",
                             "jwt",
                             "psk",
                             "otp",
                             "signature",
                             "ConnectionString",
                             "slack_webhook_url",
                             "pass",
                             "dbPassFile"}) {
        EXPECT_TRUE(isSecretName(name)) << name;
    }
}

TEST(BooleanSetting, knowsSixWords) {
    for (const auto* word : {"true", "yes", "on"}) {
        EXPECT_TRUE(*booleanSetting(word));
    }
    for (const auto* word : {"false", "no", "off"}) {
        EXPECT_FALSE(*booleanSetting(word));
    }
    EXPECT_EQ(booleanSetting("1").error().text(), "'1' is none of true, false, yes, no, on, off");
}

}  // namespace
}  // namespace aip::base
