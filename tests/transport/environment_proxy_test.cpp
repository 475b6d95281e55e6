#include "transport/environment_proxy.h"

#include "transport/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::network;
using namespace aip::transport;
using testing::HasSubstr;
using testing::Not;

ProxyEnvironment environment(const std::string& exempt = {}) {
    return {{"http_proxy", "http://plain:3128"}, {"https_proxy", "http://secure:3129"}, exempt};
}

Endpoint endpoint(const std::string& url) {
    return {.url = url, .token = "secret", .allowPlaintext = true};
}

std::string proxyFor(const std::string& url, const ProxyEnvironment& variables = environment()) {
    const auto found = throughEnvironment(endpoint(url), variables);
    return found ? found->proxyUrl : "refused: " + found.error().text();
}

TEST(EnvironmentProxy, isThatOfTheScheme) {
    EXPECT_EQ(proxyFor("ws://server.example/ws"), "http://plain:3128");
    EXPECT_EQ(proxyFor("wss://server.example/ws"), "http://secure:3129");
    EXPECT_EQ(proxyFor("wss://server.example/ws", {{"http_proxy", "http://plain:3128"}, {"https_proxy", ""}, ""}), "");
    EXPECT_EQ(proxyFor("wss://[2001:db8::1]/ws"), "http://secure:3129");
}

TEST(EnvironmentProxy, yieldsToTheSetting) {
    Endpoint own = endpoint("wss://server.example/ws");
    own.proxyUrl = "http://own:1";
    const auto found = throughEnvironment(own, environment());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->proxyUrl, "http://own:1");
    EXPECT_EQ(found->proxyOrigin.setting, "connection.http_proxy");
}

TEST(EnvironmentProxy, isNeverThatOfThisMachine) {
    for (const char* host : {"127.0.0.1", "127.3.2.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "LocalHost",
                             "localhost.", "api.localhost"}) {
        EXPECT_EQ(proxyFor("ws://" + std::string(host) + ":5000/ws"), "") << host;
        EXPECT_EQ(proxyFor("wss://" + std::string(host) + "/ws"), "") << host;
    }
    EXPECT_NE(proxyFor("wss://notlocalhost/"), "");
    EXPECT_NE(proxyFor("wss://localhost.example/"), "");
}

TEST(EnvironmentProxy, takesTheUserInIt) {
    const auto found = throughEnvironment(endpoint("wss://server.example/"),
                                          {{}, {"https_proxy", "http://us%40er:p%3Aa%2Fss@proxy:8080/"}, ""});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->proxyUrl, "http://proxy:8080/");
    EXPECT_EQ(found->proxyCredentials, "us@er:p:a/ss");
    const auto target = parseEndpoint(*found);
    ASSERT_TRUE(target && target->proxy);
    EXPECT_EQ(target->proxy->host, "proxy");
    EXPECT_EQ(target->proxy->credentials, "us@er:p:a/ss");
    EXPECT_THAT(target->proxy->origin.credentials, HasSubstr("https_proxy"));
}

TEST(EnvironmentProxy, leavesTheCredentialsOfTheFileAlone) {
    Endpoint own = endpoint("wss://server.example/");
    own.proxyCredentials = "file:word";
    const auto found = throughEnvironment(own, {{}, {"https_proxy", "http://user:other@proxy"}, ""});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->proxyCredentials, "file:word");
}

TEST(EnvironmentProxy, needsNoScheme) {
    EXPECT_EQ(proxyFor("wss://h.example/", {{}, {"HTTPS_PROXY", "proxy:8080"}, ""}), "http://proxy:8080");
    EXPECT_EQ(proxyFor("wss://h.example/", {{}, {"HTTPS_PROXY", "user@proxy:8080"}, ""}), "http://proxy:8080");
}

TEST(EnvironmentProxy, isRefusedInWordsThatHoldNoSecret) {
    for (const char* value :
         {"socks5://user:canary@p:1080", "https://user:canary@p", "http://user:canary@", "http://user:canary@p:99999",
          "http://user:canary@p/path", "http://u:cana ry@p:1 ", "http://user:canary%0A@p:1"}) {
        const std::string why = proxyFor("wss://h.example/", {{}, {"https_proxy", value}, ""});
        EXPECT_THAT(why, HasSubstr("https_proxy of the environment")) << value;
        EXPECT_THAT(why, Not(HasSubstr("canary")));
        EXPECT_THAT(why, Not(HasSubstr("user:")));
    }
}

TEST(EnvironmentProxy, doesNotLetPlaintextOut) {
    const auto found = throughEnvironment({.url = "ws://server.example/", .token = "secret"}, environment());
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().text(), HasSubstr("server.allow_plaintext=true"));
    EXPECT_THAT(found.error().text(), HasSubstr("http_proxy of the environment"));
}

struct ExemptRow {
    const char* host;
    const char* list;
    bool expected;
};

class Exempt : public testing::TestWithParam<ExemptRow> {};

TEST_P(Exempt, isReadAsCurlReadsIt) {
    EXPECT_EQ(isExempt(GetParam().host, 8443, GetParam().list), GetParam().expected)
        << GetParam().host << " in " << GetParam().list;
}

INSTANTIATE_TEST_SUITE_P(
    EnvironmentProxy, Exempt,
    testing::Values(ExemptRow{"a.example", "", false}, ExemptRow{"a.example", "*", true},
                    ExemptRow{"a.example", "a.example", true}, ExemptRow{"a.example", "example", true},
                    ExemptRow{"a.example", ".example", true}, ExemptRow{"a.example", "*.example", true},
                    ExemptRow{"example", ".example", true}, ExemptRow{"a.EXAMPLE.", "A.example", true},
                    ExemptRow{"ba.example", "a.example", false}, ExemptRow{"a.example.org", "a.example", false},
                    ExemptRow{"a.example", "b.example, a.example", true},
                    ExemptRow{"a.example", "b c\ta.example", true}, ExemptRow{"a.example", ",,a.example.,", true},
                    ExemptRow{"a.example", "a.example:8443", true}, ExemptRow{"a.example", "a.example:80", false},
                    ExemptRow{"a.example", ".", false}, ExemptRow{"10.1.2.3", "10.1.2.3", true},
                    ExemptRow{"10.1.2.3", "2.3", false}, ExemptRow{"10.1.2.3", "10.0.0.0/8", true},
                    ExemptRow{"10.1.2.3", "11.0.0.0/8", false}, ExemptRow{"10.1.2.3", "10.1.2.2/31", true},
                    ExemptRow{"10.1.2.4", "10.1.2.2/31", false}, ExemptRow{"10.1.2.3", "0.0.0.0/0", true},
                    ExemptRow{"10.1.2.3", "10.1.2.3/33", false}, ExemptRow{"10.1.2.3", "10.1.2.3/x", false},
                    ExemptRow{"10.1.2.3", "10.1.2.3:8443", true}, ExemptRow{"::ffff:10.1.2.3", "10.0.0.0/8", true},
                    ExemptRow{"2001:db8::1", "2001:db8::/32", true}, ExemptRow{"2001:db8::1", "[2001:DB8:0::1]", true},
                    ExemptRow{"2001:db8::1", "[2001:db8::1]:8443", true},
                    ExemptRow{"2001:db8::1", "2001:db9::/32", false}, ExemptRow{"2001:db8::1", "10.0.0.0/8", false}));

TEST(EnvironmentProxy, isShownWithoutTheUser) {
    EXPECT_EQ(withoutUser("http://u:p@h:1/"), "http://h:1/");
    EXPECT_EQ(withoutUser("u:p@q@h:1"), "h:1");
    EXPECT_EQ(withoutUser("http://h:1/a@b"), "http://h:1/a@b");
    EXPECT_EQ(withoutUser("h"), "h");
    EXPECT_EQ(withoutUser(""), "");
}

}  // namespace
