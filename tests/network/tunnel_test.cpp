#include "network/tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::network;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Tunnel tunnelTo(const Proxy& proxy) {
    return {"server.example:8443", proxy, "server.url"};
}

Tunnel viaProxy(const std::string& credentials = {}) {
    return tunnelTo({"proxy", 3128, credentials});
}

TEST(Tunnel, asksForTheNameOfTheServerAndSaysNothingElse) {
    const Tunnel tunnel = viaProxy();
    EXPECT_THAT(tunnel.request(), StartsWith("CONNECT server.example:8443 HTTP/1.1\r\n"));
    EXPECT_THAT(tunnel.request(), HasSubstr("Host: server.example:8443\r\n"));
    EXPECT_THAT(tunnel.request(), EndsWith("\r\n\r\n"));
    EXPECT_THAT(tunnel.request(), Not(HasSubstr("Proxy-Authorization")));
}

TEST(Tunnel, identifiesItselfToTheProxy) {
    EXPECT_THAT(viaProxy("Aladdin:open sesame").request(),
                HasSubstr("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));  // of RFC 7617
}

TEST(Tunnel, isOpenAfterAnySuccess) {
    Tunnel tunnel = viaProxy();
    EXPECT_EQ(tunnel.feed("HTTP/1.0 200 Connection est"), Tunnel::State::waiting);
    EXPECT_EQ(tunnel.feed("ablished\r\nVia: x\r\n\r\n"), Tunnel::State::accepted);
}

TEST(Tunnel, passesOverInterimAnswersAndMindsNoFieldOfASuccess) {
    Tunnel tunnel = viaProxy();
    const std::string filler = "X-Filter: " + std::string(20'000, 'f') + "\r\n";
    EXPECT_EQ(tunnel.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
              Tunnel::State::waiting);
    EXPECT_EQ(tunnel.feed("HTTP/1.1 200\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n" + filler + "\r\n"),
              Tunnel::State::accepted);
}

TEST(Tunnel, namesTheVariableThatNamesTheProxy) {
    Proxy proxy{"proxy", 3128, ""};
    proxy.origin = {"https_proxy of the environment", "the user in https_proxy of the environment"};
    Tunnel unidentified = tunnelTo(proxy);
    ASSERT_EQ(unidentified.feed("HTTP/1.1 407 Who\r\n\r\n"), Tunnel::State::refused);
    EXPECT_THAT(unidentified.refusal().text, HasSubstr("set the user in https_proxy of the environment"));
    Tunnel other = tunnelTo(proxy);
    ASSERT_EQ(other.feed("HTTP/1.1 200 x\nA: b\r\n"), Tunnel::State::refused);
    EXPECT_THAT(other.refusal().text, HasSubstr("check that https_proxy of the environment"));
}

struct TunnelRow {
    const char* name;
    const char* credentials;
    std::string answer;
    int httpStatus;
    const char* words;
};

class ProxyRefusals : public testing::TestWithParam<TunnelRow> {};

TEST_P(ProxyRefusals, sayWhatToDo) {
    Tunnel tunnel = viaProxy(GetParam().credentials);
    ASSERT_EQ(tunnel.feed(GetParam().answer), Tunnel::State::refused);
    EXPECT_EQ(tunnel.refusal().httpStatus, GetParam().httpStatus);
    EXPECT_THAT(tunnel.refusal().text, HasSubstr("the proxy proxy port 3128"));
    EXPECT_THAT(tunnel.refusal().text, HasSubstr(GetParam().words));
    EXPECT_THAT(tunnel.refusal().text, Not(HasSubstr("word")));
}

INSTANTIATE_TEST_SUITE_P(
    Tunnel, ProxyRefusals,
    testing::Values(TunnelRow{"status407", "", "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n", 407,
                              "wants credentials: set connection.http_proxy_credentials_file"},
                    TunnelRow{"status407WithCredentials", "user:word", "HTTP/1.1 407 Who\r\n\r\n", 407,
                              "does not take our credentials: check connection.http_proxy_credentials_file"},
                    TunnelRow{"status403", "", "HTTP/1.1 403 No\r\n\r\n", 403,
                              "does not let this device reach server.example:8443"},
                    TunnelRow{"status502", "", "HTTP/1.1 502 Bad Gateway\r\n\r\nword", 502,
                              "cannot reach server.example:8443"},
                    TunnelRow{"status504", "", "HTTP/1.1 504 Late\r\n\r\n", 504, "cannot reach server.example:8443"},
                    TunnelRow{"status405", "", "HTTP/1.1 405 Not Allowed\r\n\r\n", 405, "refuses CONNECT"},
                    TunnelRow{"status302", "", "HTTP/1.1 302 x\r\nLocation: /word\r\n\r\n", 302, "refuses CONNECT"},
                    TunnelRow{"status429", "", "HTTP/1.1 429 Slow\r\n\r\n", 429, "fewer attempts"},
                    TunnelRow{"status101", "", "HTTP/1.1 101 x\r\n\r\n", 101, "refuses CONNECT"},
                    TunnelRow{"folded", "", "HTTP/1.1 200 x\r\nA: b\r\n c\r\n\r\n", 0, "second line"},
                    TunnelRow{"garbage", "", "SSH-2.0-OpenSSH\r\n", 0, "is not HTTP: check that connection.http_proxy"},
                    TunnelRow{"malformed", "", "HTTP/1.1 abc\r\n\r\n", 0, "malformed"},
                    TunnelRow{"endless", "", "HTTP/1.1 200 x\r\nA: " + std::string(70'000, 'a'), 0, "64 KiB"},
                    TunnelRow{"unaskedBytes", "", "HTTP/1.1 200 x\r\n\r\nword", 0, "nobody asked for"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
