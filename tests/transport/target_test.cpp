#include "transport/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::transport;
using testing::HasSubstr;
using testing::Not;

Target target(const std::string& url, const std::string& token = {}) {
    auto parsed = parseEndpoint({url, token});
    return parsed ? *std::move(parsed) : Target{};
}

std::string refused(const Endpoint& endpoint) {
    auto parsed = parseEndpoint(endpoint);
    return parsed ? "accepted" : parsed.error().text();
}

TEST(Endpoint, isTakenApart) {
    const Target parsed = target("ws://example.org:9000/a/b?x=1", "k y&+/%\xC3\xA9");
    EXPECT_EQ(parsed.host, "example.org");
    EXPECT_EQ(parsed.port, 9000);
    EXPECT_EQ(parsed.path, "/a/b");
    EXPECT_EQ(parsed.resource, "/a/b?x=1&token=k%20y%26%2B%2F%25%C3%A9");
    EXPECT_EQ(parsed.authorization, "");
    EXPECT_FALSE(parsed.secure);
}

TEST(Endpoint, hasThePortAndPathOfAWebSocketByDefault) {
    EXPECT_EQ(target("ws://host").port, 80);
    EXPECT_EQ(target("wss://host").port, 443);
    EXPECT_TRUE(target("wss://host").secure);
    EXPECT_EQ(target("ws://host").resource, "/");
    EXPECT_EQ(target("ws://host/ws", "t").resource, "/ws?token=t");
}

TEST(Endpoint, mayBeAnIpv6Address) {
    EXPECT_EQ(target("ws://[::1]:81/ws").host, "::1");
    EXPECT_EQ(target("wss://[2001:db8::1]:81/ws").authority(), "[2001:db8::1]:81");
    EXPECT_EQ(target("wss://host:81/ws").authority(), "host:81");
}

TEST(Endpoint, mayHaveNumbersInItsName) {
    for (const std::string host : {"10.0.0.1", "127.0.0.1.", "10.example", "1a", "0xg.1", "1.2-3", "x.1"}) {
        EXPECT_EQ(target("wss://" + host + ":81/ws").host, host);
    }
}

TEST(Endpoint, isAskedForAsItIsWritten) {
    for (const char* resource : {"/tenant%2F7/ws", "/a%2fb/%7Euser", "/a//b/../c/./d", "/a;v=1,2/b(c)'!*$&+=:@",
                                 "/%E4%B8%AD", "/?", "/?a=%20&b=+&&c", "/ws?next=/a?b/c", "/a%25b", "/|{}^`\"<>\\"}) {
        EXPECT_EQ(target("wss://host:1" + std::string(resource)).resource, resource);
    }
    EXPECT_EQ(target("ws://host?x=%2F").resource, "/?x=%2F");
    EXPECT_EQ(target("ws://host/a%2Fb?", "t").resource, "/a%2Fb?token=t");
    EXPECT_EQ(target("ws://host/a?b&", "t").resource, "/a?b&token=t");
    EXPECT_EQ(target("WS://Host/A").host, "Host");
}

struct UrlRow {
    const char* name;
    const char* url;
    const char* advice;
};

std::ostream& operator<<(std::ostream& out, const UrlRow& row) {
    return out << row.name;
}

class BadUrls : public testing::TestWithParam<UrlRow> {};

TEST_P(BadUrls, areRefusedWithWhatToDo) {
    EXPECT_THAT(refused({GetParam().url, "secret"}), HasSubstr(GetParam().advice));
}

INSTANTIATE_TEST_SUITE_P(
    Endpoint, BadUrls,
    testing::Values(
        UrlRow{"blankInTheQuery", "ws://h/ws?a=b c", "write %20"}, UrlRow{"blankAtTheEnd", "ws://h/ws ", "%20"},
        UrlRow{"blankInTheHost", "ws://a b/", "%20"}, UrlRow{"tab", "ws://h/a\tb", "control character"},
        UrlRow{"lineBreak", "ws://h/a\r\nX: y", "control character"},
        UrlRow{"delete", "ws://h/\x7F", "control character"},
        UrlRow{"umlautInThePath", "ws://h/caf\xC3\xA9", "not ASCII"},
        UrlRow{"umlautInTheHost",
               "ws://b\xC3\xBC"
               "cher.example/",
               "xn--"},
        UrlRow{"latin1", "ws://h/?\xE9", "not ASCII"}, UrlRow{"fragment", "ws://h/ws#part", "%23"},
        UrlRow{"fragmentAfterTheHost", "ws://h#x", "%23"}, UrlRow{"badEscape", "ws://h/%zz", "%25"},
        UrlRow{"cutEscape", "ws://h/a%2", "%25"}, UrlRow{"percentAtTheEnd", "ws://h/?100%", "%25"},
        UrlRow{"escapeInTheHost", "ws://h%41/", "host holds"}, UrlRow{"port0", "ws://h:0/", "port"},
        UrlRow{"noPort", "ws://h:/", "port"}, UrlRow{"signedPort", "ws://h:+80/", "port"},
        UrlRow{"user", "ws://u@h/", "user before the host"}, UrlRow{"emptyUser", "ws://@h/", "user before"},
        UrlRow{"barebracket", "ws://[::1/", "bracket"}, UrlRow{"bareIpv6", "ws://::1/ws", "no host"},
        UrlRow{"bareLongIpv6", "ws://2001:db8::1/ws", "port"}, UrlRow{"nameInBrackets", "ws://[host]/", "not an IPv6"},
        UrlRow{"ipv4InBrackets", "ws://[127.0.0.1]/", "not an IPv6"}, UrlRow{"shortIpv4", "wss://10.1/", "in full"},
        UrlRow{"decimalIpv4", "wss://167772161/", "in full"}, UrlRow{"hexIpv4", "ws://0x7f.1:80/", "in full"},
        UrlRow{"upperHexIpv4", "ws://0X7F000001/", "in full"}, UrlRow{"octalIpv4", "ws://0177.0.0.1/", "in full"},
        UrlRow{"bareHexIpv4", "ws://0x.1/", "in full"}, UrlRow{"shortIpv4WithADot", "wss://10.1./", "in full"},
        UrlRow{"ipv4WithFiveParts", "ws://1.2.3.4.5/", "in full"},
        UrlRow{"ipv4WithLargeParts", "ws://300.1.1.1/", "in full"},
        UrlRow{"tailBehindBrackets", "ws://[::1]x/", "between the host and its port"},
        UrlRow{"rawZone", "ws://[fe80::1%eth0]/", "%25"}, UrlRow{"emptyZone", "ws://[fe80::1%25]/", "%25eth0"},
        UrlRow{"noZone", "wss://[fe80::1]/", "wants its interface"},
        UrlRow{"nulInTheZone", "ws://[fe80::1%25a%00]/", "%25eth0"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Endpoint, mayNameTheInterfaceOfAnIpv6Address) {
    const Target parsed = target("wss://[fe80::1%25eth0]:81/ws");
    EXPECT_EQ(parsed.host, "fe80::1");
    EXPECT_EQ(parsed.zone, "eth0");
    EXPECT_EQ(parsed.address(), "fe80::1%eth0");
    EXPECT_EQ(parsed.authority(), "[fe80::1]:81");
    EXPECT_EQ(target("wss://[fe80::1%25a%2Db]/").zone, "a-b");
}

TEST(Endpoint, isRefusedInWordsThatHoldNoSecret) {
    for (const char* url :
         {"", "nonsense", "http://h/", "ws://", "ws://h:99999/", "wss://u:p@h/", "ws://h/%zz?token=secret"}) {
        EXPECT_THAT(refused({url, "secret"}), HasSubstr("ws://host[:port]/path")) << url;
        EXPECT_THAT(refused({url, "secret"}), Not(HasSubstr("secret")));
    }
}

TEST(Endpoint, takesTheTokenOutOfTheQueryIfItGoesIntoTheHeader) {
    auto parsed = parseEndpoint({.url = "wss://host/ws?x=1", .token = "t", .tokenIn = TokenIn::header});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->resource, "/ws?x=1");
    EXPECT_EQ(parsed->authorization, "Bearer t");
}

TEST(Endpoint, mayLieBehindAProxy) {
    auto parsed = parseEndpoint(
        {.url = "wss://host/", .token = {}, .proxyUrl = "http://proxy:3128/", .proxyCredentials = "user:word"});
    ASSERT_TRUE(parsed);
    ASSERT_TRUE(parsed->proxy);
    EXPECT_EQ(parsed->proxy->host, "proxy");
    EXPECT_EQ(parsed->proxy->port, 3128);
    EXPECT_EQ(parsed->proxy->credentials, "user:word");
}

TEST(Endpoint, isRefusedWithAProxyThatIsNone) {
    for (const char* proxy : {"proxy:3128", "https://proxy:3128", "http://", "http://u:secret@proxy:1",
                              "http://p:1/path", "http://p:99999", "socks5://p:1"}) {
        const std::string why = refused({.url = "wss://host/", .token = {}, .proxyUrl = proxy});
        EXPECT_THAT(why, HasSubstr("connection.http_proxy")) << proxy;
        EXPECT_THAT(why, HasSubstr("http://host:port"));
        EXPECT_THAT(why, Not(HasSubstr("secret")));
    }
}

struct TargetRow {
    const char* url;
    const char* proxy;
    bool allowed;
};

class InTheClear : public testing::TestWithParam<TargetRow> {};

/// A name is judged by the address it leads to, when we connect.
TEST_P(InTheClear, nothingLeavesThisMachineUnlessAllowed) {
    Endpoint endpoint{.url = GetParam().url, .token = "secret", .proxyUrl = GetParam().proxy};
    const std::string outcome = refused(endpoint);
    EXPECT_EQ(outcome == "accepted", GetParam().allowed) << outcome;
    if (!GetParam().allowed) {
        EXPECT_THAT(outcome, HasSubstr("server.allow_plaintext=true"));
        EXPECT_THAT(outcome, HasSubstr("wss://"));
    }
    endpoint.allowPlaintext = true;
    EXPECT_EQ(refused(endpoint), "accepted");
}

INSTANTIATE_TEST_SUITE_P(
    Endpoint, InTheClear,
    testing::Values(TargetRow{"ws://127.0.0.1/", "", true}, TargetRow{"ws://127.255.0.9/", "", true},
                    TargetRow{"ws://[::1]/", "", true}, TargetRow{"ws://[::ffff:127.0.0.1]/", "", true},
                    TargetRow{"ws://[::ffff:7f01:203]/", "", true}, TargetRow{"ws://[0:0:0:0:0:0:0:1]/", "", true},
                    TargetRow{"ws://[fe80::1%25lo]/", "", false}, TargetRow{"ws://name/", "", true},
                    TargetRow{"wss://10.1.2.3/", "", true}, TargetRow{"ws://10.1.2.3/", "", false},
                    TargetRow{"ws://0.0.0.0/", "", false}, TargetRow{"ws://[2001:db8::1]/", "", false},
                    TargetRow{"ws://[::ffff:10.1.2.3]/", "", false},
                    TargetRow{"ws://name/", "http://127.0.0.1:1", false},
                    TargetRow{"wss://name/", "http://127.0.0.1:1", true}));

TEST(Endpoint, keepsTheZoneOfAnAddressToItself) {
    const auto parsed =
        parseEndpoint({.url = "wss://[fe80::1%25lo]/ws", .token = {}, .proxyUrl = "http://[fe80::2%25lo]:3128"});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->proxy->host, "fe80::2%lo");
    EXPECT_EQ(parsed->authority(), "[fe80::1]:443");
}

TEST(Token, isHiddenInBothItsForms) {
    EXPECT_EQ(withoutToken("a s/1 b s%2F1 c", "s/1"), "a *** b *** c");
    EXPECT_EQ(withoutToken("text", ""), "text");
}

}  // namespace
