#include "transport/upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::transport;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // of that key: RFC 6455, 1.3

Target target(const std::string& url, const std::string& token = {}) {
    auto parsed = parseEndpoint({url, token});
    return parsed ? *std::move(parsed) : Target{};
}

TEST(Upgrade, asksAsTheRfcWants) {
    const Upgrade upgrade(target("ws://host:8000/ws", "t"), key);
    EXPECT_THAT(upgrade.request(), StartsWith("GET /ws?token=t HTTP/1.1\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Host: host:8000\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Upgrade: websocket\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Connection: Upgrade\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Sec-WebSocket-Version: 13\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Sec-WebSocket-Key: " + key + "\r\n"));
    EXPECT_THAT(upgrade.request(), EndsWith("\r\n\r\n"));
}

TEST(Upgrade, carriesTheTokenAsABearerIfTheServerWantsThat) {
    auto parsed = parseEndpoint({.url = "ws://127.0.0.1/ws", .token = "t&1", .tokenIn = TokenIn::header});
    ASSERT_TRUE(parsed);
    const Upgrade upgrade(*parsed, key);
    EXPECT_THAT(upgrade.request(), StartsWith("GET /ws HTTP/1.1\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Authorization: Bearer t&1\r\n"));
}

TEST(Upgrade, namesAnIpv6HostInBrackets) {
    EXPECT_THAT(Upgrade(target("ws://[::1]:81/ws")).request(), HasSubstr("Host: [::1]:81\r\n"));
}

TEST(Upgrade, hasAKeyOfItsOwn) {
    const Target where = target("ws://host/");
    EXPECT_NE(Upgrade(where).request(), Upgrade(where).request());
    EXPECT_EQ(Upgrade(where).request().size(), Upgrade(where, key).request().size());
}

std::string answer(const std::string& status, const std::string& headers) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "\r\n";
}

const std::string goodHeaders =
    "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n";

TEST(Upgrade, takesTheAnswerOneByteAtATimeAndKeepsWhatComesBehind) {
    Upgrade upgrade(target("ws://host/"), key);
    const std::string good = answer("101 Switching Protocols", goodHeaders);
    for (std::size_t i = 0; i + 1 < good.size(); ++i) {
        ASSERT_EQ(upgrade.feed(good.substr(i, 1)), Upgrade::State::waiting) << i;
    }
    EXPECT_EQ(upgrade.feed("\n\x81"), Upgrade::State::accepted);
    EXPECT_EQ(upgrade.rest(), "\x81");
}

struct Row {
    const char* name;
    std::string bytes;
    CloseCause cause;
    int httpStatus;
    const char* words;
};

class Refusals : public testing::TestWithParam<Row> {};

TEST_P(Refusals, sayWhatToDo) {
    Upgrade upgrade(target("ws://host/ws", "secret"), key);
    ASSERT_EQ(upgrade.feed(GetParam().bytes), Upgrade::State::refused);
    EXPECT_EQ(upgrade.refusal().cause, GetParam().cause);
    EXPECT_EQ(upgrade.refusal().httpStatus, GetParam().httpStatus);
    EXPECT_THAT(upgrade.refusal().text, HasSubstr(GetParam().words));
    EXPECT_THAT(upgrade.refusal().text, Not(HasSubstr("secret")));
}

constexpr auto rejected = CloseCause::upgradeRejected;
constexpr auto broken = CloseCause::protocolError;

INSTANTIATE_TEST_SUITE_P(
    Upgrade, Refusals,
    testing::Values(Row{"status401", answer("401 Unauthorized", ""), rejected, 401, "check the token and the path /ws"},
                    Row{"status403", answer("403 Forbidden", ""), rejected, 403, "check the token and the path /ws"},
                    Row{"status404", answer("404 Not Found", ""), rejected, 404, "check the path /ws"},
                    Row{"status500", answer("500 Oops", ""), rejected, 500, "trouble"},
                    Row{"status596", answer("596 Odd", ""), rejected, 596, "trouble"},
                    Row{"lineInsteadOfBlank", "HTTP/1.\n403 x\r\n\r\n", rejected, 403, "check the token"},
                    Row{"status200", answer("200 OK", ""), rejected, 200, "WebSocket server"},
                    Row{"redirect", answer("302 Found", "Location: https://there/ws?token=secret\r\n"), rejected, 302,
                        "leads to https://there/ws"},
                    Row{"noUpgrade", answer("101 x", "Connection: upgrade\r\n"), broken, 0, "Upgrade: websocket"},
                    Row{"noConnection", answer("101 x", "Upgrade: websocket\r\n"), broken, 0, "Connection: Upgrade"},
                    Row{"wrongAccept",
                        answer("101 x", "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n"),
                        broken, 0, "Accept"},
                    Row{"unaskedExtension",
                        answer("101 x", goodHeaders + "Sec-WebSocket-Extensions: permessage-deflate\r\n"), broken, 0,
                        "extension"},
                    Row{"unaskedProtocol", answer("101 x", goodHeaders + "Sec-WebSocket-Protocol: aip\r\n"), broken, 0,
                        "subprotocol"},
                    Row{"notHttp", "SSH-2.0-OpenSSH\r\n", broken, 0, "not HTTP"},
                    Row{"malformed", "HTTP/1.1 abc\r\n\r\n", broken, 0, "malformed"},
                    Row{"endless", "HTTP/1.1 101 x\r\nA: " + std::string(70'000, 'a'), broken, 0, "64 KiB"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
