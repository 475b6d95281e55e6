#include "app/masking.h"

#include "app/redaction.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

namespace aip::app {
namespace {

struct MaskingRow {
    const char* name;
    const char* text;
    const char* shown;
};

std::ostream& operator<<(std::ostream& out, const MaskingRow& row) {
    return out << row.name;
}

class MaskingRows : public testing::TestWithParam<MaskingRow> {};

/// The log hides what a configuration is not shown with.
TEST_P(MaskingRows, areAlikeInTheLog) {
    EXPECT_EQ(withoutSecrets(GetParam().text), GetParam().shown);
    EXPECT_EQ(Redaction(Settings())(GetParam().text), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Masking, MaskingRows,
    testing::Values(
        MaskingRow{"nothing", "plain text, 12:30, a=b; x: y, mail to a@b", "plain text, 12:30, a=b; x: y, mail to a@b"},
        MaskingRow{"empty", "", ""}, MaskingRow{"user", "postgresql://u:canary@db/x", "postgresql://***@db/x"},
        MaskingRow{"userAlone", "https://canary@sentry.example/4", "https://***@sentry.example/4"},
        MaskingRow{"users", "redis://a:canary@h1 and redis://b:canary@h2", "redis://***@h1 and redis://***@h2"},
        MaskingRow{"userInQuotes", "\"amqp://u:can,ary@h\", x", "\"amqp://***@h\", x"},
        MaskingRow{"atInAPassword", "ftp://u:can@ary@h", "ftp://***@h"},
        MaskingRow{"withoutScheme", "user:canary@host:25", "***@host:25"},
        MaskingRow{"goDsn", "user:canary@tcp(db:3306)/x", "***@tcp(db:3306)/x"},
        MaskingRow{"ssh", "git@host:repository", "git@host:repository"},
        MaskingRow{"sig", "https://h/b?sv=1&sig=can%2Fary&se=2", "https://h/b?sv=1&sig=***&se=2"},
        MaskingRow{"token", "https://h/?token=canary", "https://h/?token=***"},
        MaskingRow{"encodedName", "https://h/?a=1&%74oken=canary#x", "https://h/?a=1&%74oken=***"},
        MaskingRow{"signature", "x?X-Amz-Signature=canary&a=b", "x?X-Amz-Signature=***&a=b"},
        MaskingRow{"libpq", "host=db user=u password=canary sslmode=on", "host=db user=u password=*** sslmode=on"},
        MaskingRow{"libpqQuoted", "host=db password='can ary' a=b", "host=db password='***' a=b"},
        MaskingRow{"ado", "Server=db;Password=canary;Database=x", "Server=db;Password=***;Database=x"},
        MaskingRow{"storage", "AccountName=a;AccountKey=can/ary==;End=x", "AccountName=a;AccountKey=***;End=x"},
        MaskingRow{"json", R"({"user":"u","password": "can\"ary","n":1})", R"({"user":"u","password": "***","n":1})"},
        MaskingRow{"jsonNumber", R"({"pin_key":1234,"n":1})", R"({"pin_key":***,"n":1})"},
        MaskingRow{"namesOfSettings", "server.token_file: /a/b: no such file", "server.token_file: /a/b: no such file"},
        MaskingRow{"commaOfAList", "--token=canary, next", "--token=***, next"},
        MaskingRow{"pw", "host=h pw=canary db-pat=canary path=/x", "host=h pw=*** db-pat=*** path=/x"},
        MaskingRow{"header", "-H, X-Api-Key: canary, next", "-H, X-Api-Key: ***, next"},
        MaskingRow{"authorization", "authorization:Basic canary\nnext", "authorization:***\nnext"},
        MaskingRow{"headerInQuotes", "\"Cookie: a=canary; b=canary\", next", "\"Cookie: ***\", next"},
        MaskingRow{"pluginNamedLikeAHeader", "plugin auth-key: failed", "plugin auth-key: failed"},
        MaskingRow{"bearer", "with bearer can/ary+x== it fails", "with bearer *** it fails"},
        MaskingRow{"bearerAsAWord", "a Bearer token", "a Bearer token"},
        MaskingRow{"github", "clone ghp_canarycanary, next", "clone ***, next"},
        MaskingRow{"amazon", "AKIACANARYCANARYCANA/x", "***/x"},
        MaskingRow{"jwt", "(eyJhbGciOiJub25lIn0.canary.canary)", "(***)"},
        MaskingRow{"slack", "xoxb-canary-canary", "***"}, MaskingRow{"insideAWord", "asxoxb-canary", "asxoxb-canary"},
        MaskingRow{"emptyValue", "token=&a=b", "token=***&a=b"}),
    [](const auto& each) { return each.param.name; });

struct ArgumentRow {
    const char* written;
    const char* shown;
};

TEST(Masking, hidesWhatFollowsAnOptionNamedLikeASecret) {
    for (const auto& [written, shown] :
         {ArgumentRow{"-y, server, /srv/files", "-y, server, /srv/files"},
          ArgumentRow{"--api-key, canary, --port, 80", "--api-key, ***, --port, 80"},
          ArgumentRow{"-p,\"can,ary\" ,x", "-p,*** ,x"}, ArgumentRow{"\"--pw\", canary", "\"--pw\", ***"},
          ArgumentRow{"--header, X-Other: canary", "--header, ***"}, ArgumentRow{"-token,, canary,", "-token,, ***,"},
          ArgumentRow{"--token=canary, a, x?key=canary", "--token=***, a, x?key=***"},
          ArgumentRow{"--token, \"canary", "--token, ***"}, ArgumentRow{"", ""}}) {
        EXPECT_EQ(withoutSecretArguments(written), shown);
    }
}

TEST(Masking, knowsTheSecretsOfArguments) {
    EXPECT_EQ(secretsIn({"npx", "--api-key", "canary", "-H", "X-A: b", "--x=y", "--token=canary2", "--pw"}),
              (std::vector<std::string>{"canary", "X-A: b", "b", "canary2"}));
    EXPECT_EQ(secretsIn({"postgres://user:canary@host/x"}), (std::vector<std::string>{"user:canary", "canary"}));
}

TEST(Masking, takesTimeThatIsLinear) {
    for (const std::string piece : {"x-", "bearer ", "ghp_a", ": ", ", ", "--token,", "://", "?", "@", "=",
                                    "\"key\":", "a:b@", "key=", "\"", "%6b=", "&", "x"}) {
        std::string text;
        while (text.size() < (1U << 18U)) {
            text += piece;
        }
        const auto begin = std::chrono::steady_clock::now();
        withoutSecrets(text);
        withoutSecretArguments(text);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << piece;
    }
}

}  // namespace
}  // namespace aip::app
