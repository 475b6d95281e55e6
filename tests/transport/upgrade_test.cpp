#include "transport/upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace {

using namespace aip::network;
using namespace aip::transport;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string requestKey = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // of that key: RFC 6455, 1.3

Target parsedTarget(const std::string& url, const std::string& token = {}) {
    auto parsed = parseEndpoint({url, token});
    return parsed ? *std::move(parsed) : Target{};
}

TEST(Upgrade, asksAsTheRfcWants) {
    const Upgrade upgrade(parsedTarget("ws://host:8000/ws", "t"), requestKey);
    EXPECT_THAT(upgrade.request(), StartsWith("GET /ws?token=t HTTP/1.1\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Host: host:8000\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Upgrade: websocket\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Connection: Upgrade\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Sec-WebSocket-Version: 13\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Sec-WebSocket-Key: " + requestKey + "\r\n"));
    EXPECT_THAT(upgrade.request(), EndsWith("\r\n\r\n"));
}

TEST(Upgrade, carriesTheTokenAsABearerIfTheServerWantsThat) {
    auto parsed = parseEndpoint({.url = "ws://127.0.0.1/ws", .token = "t&1", .tokenIn = TokenIn::header});
    ASSERT_TRUE(parsed);
    const Upgrade upgrade(*parsed, requestKey);
    EXPECT_THAT(upgrade.request(), StartsWith("GET /ws HTTP/1.1\r\n"));
    EXPECT_THAT(upgrade.request(), HasSubstr("Authorization: Bearer t&1\r\n"));
}

TEST(Upgrade, namesAnIpv6HostInBrackets) {
    EXPECT_THAT(Upgrade(parsedTarget("ws://[::1]:81/ws")).request(), HasSubstr("Host: [::1]:81\r\n"));
}

TEST(Upgrade, namesThePortOnlyIfItIsNotTheDefault) {
    for (const auto& [url, host] : {std::pair("ws://host:80/", "host"), std::pair("wss://host:443/", "host"),
                                    std::pair("wss://host:80/", "host:80"), std::pair("ws://host:443/", "host:443"),
                                    std::pair("ws://host", "host"), std::pair("wss://[2001:db8::1]", "[2001:db8::1]"),
                                    std::pair("wss://[fe80::1%25eth0]:81", "[fe80::1]:81")}) {
        EXPECT_THAT(Upgrade(parsedTarget(url)).request(), HasSubstr("\r\nHost: " + std::string(host) + "\r\n")) << url;
    }
}

TEST(Upgrade, hasAKeyOfItsOwn) {
    const Target where = parsedTarget("ws://host/");
    EXPECT_NE(Upgrade(where).request(), Upgrade(where).request());
    EXPECT_EQ(Upgrade(where).request().size(), Upgrade(where, requestKey).request().size());
}

std::string answer(const std::string& status, const std::string& headers) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "\r\n";
}

const std::string goodHeaders =
    "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n";

TEST(Upgrade, takesTheAnswerOneByteAtATimeAndKeepsWhatComesBehind) {
    Upgrade upgrade(parsedTarget("ws://host/"), requestKey);
    const std::string good = answer("101 Switching Protocols", goodHeaders);
    for (std::size_t i = 0; i + 1 < good.size(); ++i) {
        ASSERT_EQ(upgrade.feed(good.substr(i, 1)), Upgrade::State::waiting) << i;
    }
    EXPECT_EQ(upgrade.feed("\n\x81"), Upgrade::State::accepted);
    EXPECT_EQ(upgrade.rest(), "\x81");
}

TEST(Upgrade, passesOverInterimAnswers) {
    const std::string interims = answer("103 Early Hints", "Link: </a>; rel=preload\r\nConnection: close\r\n") +
                                 answer("100", "") + answer("102 Processing", "") + answer("199 Odd", "");
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string::npos}) {
        Upgrade upgrade(parsedTarget("ws://host/"), requestKey);
        auto state = Upgrade::State::waiting;
        const std::string bytes = interims + answer("101 Switching Protocols", goodHeaders) + "\x81";
        for (std::size_t at = 0; at < bytes.size() && state == Upgrade::State::waiting;
             at += std::min(piece, bytes.size())) {
            state = upgrade.feed(std::string_view(bytes).substr(at, piece));
        }
        EXPECT_EQ(state, Upgrade::State::accepted) << piece;
    }
}

TEST(Upgrade, judgesWhatComesAfterAnInterimAnswer) {
    Upgrade upgrade(parsedTarget("ws://host/ws"), requestKey);
    ASSERT_EQ(upgrade.feed(answer("103 Early Hints", "") + answer("403 No", "")), Upgrade::State::refused);
    EXPECT_EQ(upgrade.refusal().httpStatus, 403);
}

/// Each of these is accepted: lists may come in several lines, in any case, with anything beside.
class GoodAnswers : public testing::TestWithParam<std::string> {};

TEST_P(GoodAnswers, areAccepted) {
    Upgrade upgrade(parsedTarget("ws://host/"), requestKey);
    EXPECT_EQ(upgrade.feed(answer("101 x", GetParam() + "Sec-WebSocket-Accept: " + accept + "\r\n")),
              Upgrade::State::accepted)
        << upgrade.refusal().text;
}

INSTANTIATE_TEST_SUITE_P(
    Upgrade, GoodAnswers,
    testing::Values("Upgrade: websocket\r\nConnection: keep-alive\r\nConnection: Upgrade\r\n",
                    "Connection: Upgrade\r\nX: y\r\nconnection: close\r\nUPGRADE:WEBSOCKET\r\n",
                    "Upgrade: websocket\r\nUpgrade: WebSocket\r\nConnection: ,upgrade ,keep-alive\r\n",
                    "Upgrade:\t websocket \r\nConnection:\tUPGRADE\r\n",
                    "Upgrade: websocket\r\nConnection: upgrade\r\nX-Long: " + std::string(9'000, 'x') + "\r\n",
                    "Upgrade: websocket\r\nConnection: upgrade\r\nSet-Cookie: \xC3\xA9=" + std::string(40'000, 'x') +
                        "\r\n"));

struct UpgradeRow {
    const char* name;
    std::string bytes;
    CloseCause cause;
    int httpStatus;
    const char* words;
};

class Refusals : public testing::TestWithParam<UpgradeRow> {};

TEST_P(Refusals, sayWhatToDo) {
    Upgrade upgrade(parsedTarget("ws://host/ws", "secret"), requestKey);
    ASSERT_EQ(upgrade.feed(GetParam().bytes), Upgrade::State::refused);
    EXPECT_EQ(upgrade.refusal().violated, GetParam().cause == CloseCause::protocolError);
    EXPECT_EQ(upgrade.refusal().httpStatus, GetParam().httpStatus);
    EXPECT_THAT(upgrade.refusal().text, HasSubstr(GetParam().words));
    EXPECT_THAT(upgrade.refusal().text, Not(HasSubstr("secret")));
}

constexpr auto rejected = CloseCause::upgradeRejected;
constexpr auto broken = CloseCause::protocolError;

INSTANTIATE_TEST_SUITE_P(
    Upgrade, Refusals,
    testing::Values(
        UpgradeRow{"status401", answer("401 Unauthorized", ""), rejected, 401, "check the token and the path /ws"},
        UpgradeRow{"status403", answer("403 Forbidden", ""), rejected, 403, "check the token and the path /ws"},
        UpgradeRow{"status404", answer("404 Not Found", ""), rejected, 404, "check the path /ws"},
        UpgradeRow{"status407", answer("407 Who", ""), rejected, 407, "set connection.http_proxy"},
        UpgradeRow{"status426Tls", answer("426 No", "Upgrade: TLS/1.3\r\n"), rejected, 426, "wants TLS: use wss://"},
        UpgradeRow{"status426Version", answer("426 No", "Sec-WebSocket-Version: 8, 7\r\n"), rejected, 426,
                   "version 8, 7 of WebSocket, this agent 13"},
        UpgradeRow{"status426Other", answer("426 No", "Upgrade: h2c\r\n"), rejected, 426,
                   "another protocol there (h2c)"},
        UpgradeRow{"status500", answer("500 Oops", ""), rejected, 500, "trouble"},
        UpgradeRow{"status596", answer("596 Odd", ""), rejected, 596, "trouble"},
        UpgradeRow{"lineInsteadOfBlank", "HTTP/1.\n403 x\r\n\r\n", broken, 0, "malformed"},
        UpgradeRow{"status429", answer("429 Slow", "Retry-After: 3\r\n"), rejected, 429, "fewer attempts"},
        UpgradeRow{"otherProtocol", answer("101 x", "Upgrade: h2c, websocket\r\nConnection: upgrade\r\n"), broken, 0,
                   "Upgrade: websocket"},
        UpgradeRow{"acceptTwice", answer("101 x", goodHeaders + "Sec-WebSocket-Accept: x\r\n"), broken, 0, "Accept"},
        UpgradeRow{"endlessInterims",
                   [] {
                       std::string all;
                       for (int i = 0; i < 1'000; ++i) {
                           all += answer("100 Continue", "");
                       }
                       return all;
                   }(),
                   broken, 0, "interim"},
        UpgradeRow{"largeInterims",
                   answer("103 x", "A: " + std::string(40'000, 'a') + "\r\n") +
                       answer("103 x", "A: " + std::string(40'000, 'a') + "\r\n"),
                   broken, 0, "interim"},
        UpgradeRow{"status200", answer("200 OK", ""), rejected, 200, "WebSocket server"},
        UpgradeRow{"redirect", answer("302 Found", "Location: https://there/ws?token=secret\r\n"), rejected, 302,
                   "leads to https://there/ws"},
        UpgradeRow{"noUpgrade", answer("101 x", "Connection: upgrade\r\n"), broken, 0, "Upgrade: websocket"},
        UpgradeRow{"noConnection", answer("101 x", "Upgrade: websocket\r\n"), broken, 0, "Connection: Upgrade"},
        UpgradeRow{"wrongAccept",
                   answer("101 x", "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n"), broken,
                   0, "Accept"},
        UpgradeRow{"unaskedExtension",
                   answer("101 x", goodHeaders + "Sec-WebSocket-Extensions: permessage-deflate\r\n"), broken, 0,
                   "extension"},
        UpgradeRow{"unaskedProtocol", answer("101 x", goodHeaders + "Sec-WebSocket-Protocol: aip\r\n"), broken, 0,
                   "subprotocol"},
        UpgradeRow{"notHttp", "SSH-2.0-OpenSSH\r\n", broken, 0, "not HTTP"},
        UpgradeRow{"malformed", "HTTP/1.1 abc\r\n\r\n", broken, 0, "malformed"},
        UpgradeRow{"endless", "HTTP/1.1 101 x\r\nA: " + std::string(70'000, 'a'), broken, 0, "64 KiB"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
