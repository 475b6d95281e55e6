#include "app/redaction.h"

#include <gtest/gtest.h>

namespace aip::app {
namespace {

/// Of a token and credentials with all that is written otherwise somewhere.
Redaction redaction() {
    Settings settings;
    settings.session.endpoint.token = "a/b+c \"k\xC3\xA9y\"";
    settings.session.endpoint.proxyCredentials = "user:pass/word";
    return Redaction(settings);
}

struct RedactionRow {
    const char* name;
    const char* text;
    const char* expected;
};

std::ostream& operator<<(std::ostream& out, const RedactionRow& row) {
    return out << row.name;
}

class RedactionRows : public testing::TestWithParam<RedactionRow> {};

TEST_P(RedactionRows, areHidden) {
    EXPECT_EQ(redaction()(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Redaction, RedactionRows,
    testing::Values(RedactionRow{"nothing", "no secret", "no secret"}, RedactionRow{"empty", "", ""},
                    RedactionRow{"plain", "it is a/b+c \"k\xC3\xA9y\".", "it is ***."},
                    RedactionRow{"twice", "a/b+c \"k\xC3\xA9y\"a/b+c \"k\xC3\xA9y\"", "******"},
                    RedactionRow{"inAQuery", "?token=a%2Fb%2Bc%20%22k%C3%A9y%22&x=1", "?token=***&x=1"},
                    RedactionRow{"withSmallEscapes", "?token=a%2fb%2bc%20%22k%c3%a9y%22", "?token=***"},
                    RedactionRow{"inAPath", "/a/b%2Bc%20%22k%C3%A9y%22/", "/***/"},
                    RedactionRow{"inBase64", "YS9iK2MgImvDqXki", "***"},
                    RedactionRow{"inJson", "{\"t\":\"a/b+c \\\"k\xC3\xA9y\\\"\"}", "{\"t\":\"***\"}"},
                    RedactionRow{"inJsonWithEscapedSlashes", "\"a\\/b+c \\\"k\xC3\xA9y\\\"\"", "\"***\""},
                    RedactionRow{"credentials", "user:pass/word", "***"},
                    RedactionRow{"passwordAlone", "the word pass/word for user", "the word *** for user"},
                    RedactionRow{"basicAuthorization", "Basic dXNlcjpwYXNzL3dvcmQ=", "Basic ***"}),
    [](const auto& each) { return each.param.name; });

TEST(Redaction, leavesAPartOfASecretAlone) {
    EXPECT_EQ(redaction()("a/b+c"), "a/b+c");
}

TEST(Redaction, leavesTheLogAloneWithoutSecretsOrWithOnesTooShort) {
    EXPECT_EQ(Redaction(Settings())("text"), "text");
    Settings settings;
    settings.session.endpoint.token = "abc";
    settings.session.endpoint.proxyCredentials = "u:p";
    EXPECT_EQ(Redaction(settings)("abc u:p"), "abc u:p");
}

TEST(Redaction, hidesSecretArgumentsOfServers) {
    Settings settings;
    settings.discovery.servers["Files"].spec.command = {"npx", "--api-key", "canary", "-p", "8080", "-H", "X: word1"};
    EXPECT_EQ(Redaction(settings)("npx failed on 8080: canary, word1"), "npx failed on 8080: ***, ***");
}

TEST(Redaction, mayHideMoreElsewhere) {
    const auto known = redaction();
    const auto more = known.with({"canary", "abc"});
    EXPECT_EQ(more("canary and pass/word, abc"), "*** and ***, abc");
    EXPECT_EQ(known("canary and pass/word"), "canary and ***");
}

TEST(Redaction, hidesTheLongerOfTwoSecretsFirst) {
    Settings settings;
    settings.session.endpoint.token = "word";
    settings.session.endpoint.proxyCredentials = "user:password";
    EXPECT_EQ(Redaction(settings)("password word"), "*** ***");
}

}  // namespace
}  // namespace aip::app
