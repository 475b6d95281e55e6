#include "app/masking.h"

#include "app/redaction.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>

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
        MaskingRow{"emptyValue", "token=&a=b", "token=***&a=b"}),
    [](const auto& each) { return each.param.name; });

TEST(Masking, takesTimeThatIsLinear) {
    for (const std::string piece : {"://", "?", "@", "=", "\"key\":", "a:b@", "key=", "\"", "%6b=", "&", "x"}) {
        std::string text;
        while (text.size() < (1U << 18U)) {
            text += piece;
        }
        const auto begin = std::chrono::steady_clock::now();
        withoutSecrets(text);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << piece;
    }
}

}  // namespace
}  // namespace aip::app
