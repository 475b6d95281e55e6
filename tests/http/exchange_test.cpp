// Requests over http:// and https://, directly and through a proxy. The test's peer plays the proxy and the server.

#include "http/exchange.h"

#include "network/certificate.h"
#include "network/http_url.h"
#include "tests/support/tls_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace aip::tests;
using aip::base::Result;
using aip::http::Exchange;
using aip::http::ResponseHead;
using aip::http::Target;
using aip::network::TlsMaterial;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* answer =
    "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\nMcp-Session-Id: s1\r\nContent-Length: 2\r\n"
    "\r\n{}";
constexpr const char* established = "HTTP/1.1 200 Connection established\r\n\r\n";

/// What came of an exchange: its content, or why there is none.
struct Outcome {
    int status = 0;
    std::string type;
    std::string session;
    std::string text;
};

Outcome carryOut(Exchange& exchange) {
    const auto head = exchange.send({"POST", {{"X-Key", "secret"}}, "{}"});
    if (!head) {
        return {0, "", "", head.error().text()};
    }
    Outcome outcome{head->status, head->type, head->session, ""};
    for (auto piece = exchange.read(); piece && !piece->empty(); piece = exchange.read()) {
        outcome.text += *piece;
    }
    return outcome;
}

class ExchangeTest : public testing::Test {
  protected:
    ExchangeTest() {
        _client.names = {"mcp.Files", "http"};
        _client.ca = {"ca.pem", _authority.own().certificatePem()};
    }

    Target target(const std::string& scheme, const std::string& host = "localhost") const {
        auto url =
            aip::network::parseHttpUrl(scheme + "://" + host + ":" + std::to_string(_listener.port()) + "/mcp?a=b");
        EXPECT_TRUE(url);
        Target target{.url = *std::move(url), .tls = {}, .proxy = {}, .urlSetting = "mcp.Files.url"};
        if (scheme == "https") {
            auto tls = aip::network::loadTls(_client);
            EXPECT_TRUE(tls) << tls.error().text();
            target.tls = *std::move(tls);
        }
        return target;
    }

    /// `target` through a proxy at the same port, which has to know the way to a name that nobody can resolve.
    Target viaProxy(const std::string& scheme, const std::string& credentials = "user:password") const {
        Target target = this->target(scheme, "server.invalid");
        target.proxy = {"127.0.0.1", _listener.port(), credentials, {"mcp.Files.http_proxy", "mcp.Files.credentials"}};
        return target;
    }

    void begin(Target target) {
        _exchange = std::make_unique<Exchange>(std::move(target));
        _outcome = std::async(std::launch::async, [this] { return carryOut(*_exchange); });
    }

    /// Why a server that is certified so is not spoken to.
    std::string refusedBecause(const TlsServer& server) {
        begin(target("https"));
        const TlsPeer peer = server.accept(_listener);
        return _outcome.get().text;
    }

    Authority _authority;
    Listener _listener;
    TlsMaterial _client;
    std::unique_ptr<Exchange> _exchange;
    std::future<Outcome> _outcome;
};

TEST_F(ExchangeTest, speaksToAPlainServer) {
    begin(target("http"));
    auto peer = _listener.accept();
    const std::string request = peer.receiveRequest();
    EXPECT_THAT(request, StartsWith("POST /mcp?a=b HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nHost: localhost:" + std::to_string(_listener.port()) + "\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nX-Key: secret\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nContent-Length: 2\r\n"));
    peer.sendBytewise(answer);
    const Outcome outcome = _outcome.get();
    EXPECT_EQ(outcome.status, 200);
    EXPECT_EQ(outcome.type, "application/json");
    EXPECT_EQ(outcome.session, "s1");
    EXPECT_EQ(outcome.text, "{}");
}

struct AnswerRow {
    const char* name;
    std::string answer;
    int status;  ///< 0: there is none, and `text` says why
    const char* text;
};

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

std::string answerWith(const std::string& fields) {
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 2\r\n\r\n{}";
}

std::vector<AnswerRow> answerRows() {
    const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    return {
        {"earlyHints", hints + answer, 200, "{}"},
        {"manyInterims", "HTTP/1.1 100 Continue\r\n\r\n" + hints + hints + answer, 200, "{}"},
        {"tooManyInterims", repeated(hints, 100) + answer, 0, "too many interim answers"},
        {"longField", answerWith("X-Long: " + std::string(9000, 'x') + "\r\n"), 200, "{}"},
        {"longLocation", answerWith("Location: " + std::string(9000, 'x') + "\r\n"), 200, "{}"},
        {"manyFields", answerWith(repeated("X-More: y\r\n", 120)), 200, "{}"},
        {"longHead", answerWith(repeated("X-More: " + std::string(1000, 'y') + "\r\n", 70)), 0, "longer than 64 KiB"},
        {"withoutWords", "HTTP/1.1 202\r\ncontent-length: 0\r\n\r\n", 202, ""},
        {"pieces", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 200, "{}"},
        {"untilTheEnd", "HTTP/1.0 200 OK\r\n\r\n{}", 200, "{}"},
        {"notHttp", "SSH-2.0-x\r\n\r\n", 0, "the answer is not HTTP"},
        {"tls", "\x15\x03\x01\x01", 0, "write https://"},
    };
}

TEST_F(ExchangeTest, readsEveryAnswerByTheSameRules) {
    for (const AnswerRow& row : answerRows()) {
        begin(target("http"));
        {
            auto peer = _listener.accept();
            peer.receiveRequest();
            peer.sendRaw(row.answer);
        }
        const Outcome outcome = _outcome.get();
        EXPECT_EQ(outcome.status, row.status) << row.name;
        if (row.status == 0) {
            EXPECT_THAT(outcome.text, HasSubstr(row.text)) << row.name;
        } else {
            EXPECT_EQ(outcome.text, row.text) << row.name;
        }
    }
}

TEST_F(ExchangeTest, speaksToAServerForWhomAnAuthorityOfOursVouches) {
    for (const char* host : {"localhost", "127.0.0.1"}) {
        begin(target("https", host));
        auto server = TlsServer(_authority.issue()).accept(_listener);
        EXPECT_EQ(server.failure, "");
        EXPECT_EQ(server.tls.serverName(), host[0] == 'l' ? host : "");
        server.peer.receiveRequest();
        server.peer.sendRaw(answer);
        EXPECT_EQ(_outcome.get().text, "{}") << host;
    }
}

TEST_F(ExchangeTest, refusesAServerForWhomNobodyVouches) {
    EXPECT_THAT(refusedBecause(TlsServer(Authority("Stranger").issue())), HasSubstr("mcp.Files.ca_file"));
    EXPECT_THAT(refusedBecause(TlsServer(_authority.issue({.alternatives = "DNS:other.example"}))),
                HasSubstr("is for other.example, not for localhost: use one of these in mcp.Files.url"));
    EXPECT_THAT(refusedBecause(TlsServer(_authority.issue({.ends = -60}))), HasSubstr("expired"));
    TlsServer old(_authority.issue());
    old.speakOnly(TLS1_1_VERSION);
    EXPECT_THAT(refusedBecause(old), HasSubstr("have it offer TLS 1.2 or later"));
    const Identity revoked = _authority.issue();
    _client.ca.text += _authority.revocationList({revoked});
    EXPECT_THAT(refusedBecause(TlsServer(revoked)), HasSubstr("is revoked"));
}

TEST_F(ExchangeTest, mindsThePin) {
    const Identity identity = _authority.issue();
    _client.publicKeys = {aip::network::publicKeyPin(_authority.own().certificate.get())};
    EXPECT_THAT(refusedBecause(TlsServer(identity)), HasSubstr("mcp.Files.public_key_pin"));
    _client.publicKeys = {aip::network::publicKeyPin(identity.certificate.get())};
    begin(target("https"));
    auto server = TlsServer(identity).accept(_listener);
    server.peer.receiveRequest();
    server.peer.sendRaw(answer);
    EXPECT_EQ(_outcome.get().status, 200);
}

TEST_F(ExchangeTest, showsOurCertificate) {
    TlsServer server(_authority.issue());
    server.demandCertificatesOf(_authority.own());
    EXPECT_THAT(refusedBecause(server), HasSubstr("set mcp.Files.certificate_file and mcp.Files.private_key_file"));
    const Identity own = _authority.issue({.name = "device", .alternatives = ""});
    _client.certificate = {"device.pem", own.certificatePem()};
    _client.privateKey = {"device.key", own.keyPem()};
    begin(target("https"));
    auto peer = server.accept(_listener);
    EXPECT_EQ(peer.tls.clientName(), "device");
    peer.peer.receiveRequest();
    peer.peer.sendRaw(answer);
    EXPECT_EQ(_outcome.get().status, 200);
}

TEST_F(ExchangeTest, knowsWhatDoesNotSpeakTls) {
    begin(target("https"));
    auto peer = _listener.accept();
    peer.sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_THAT(_outcome.get().text, HasSubstr("use http:// if that is what the server offers"));
}

TEST_F(ExchangeTest, leadsThroughAProxyThatSeesNothingOfIt) {
    begin(viaProxy("https"));
    auto proxy = _listener.accept();
    const std::string request = proxy.receiveRequest();
    EXPECT_THAT(request, StartsWith("CONNECT server.invalid:" + std::to_string(_listener.port()) + " HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"));
    EXPECT_THAT(request, Not(HasSubstr("secret")));
    proxy.sendRaw(established);
    const TlsServer server(_authority.issue({.alternatives = "DNS:server.invalid"}));
    auto secure = server.handshake(proxy.release());
    EXPECT_THAT(secure.peer.receiveRequest(), Not(HasSubstr("Proxy-")));
    secure.peer.sendRaw(answer);
    EXPECT_EQ(_outcome.get().text, "{}");
}

TEST_F(ExchangeTest, asksAProxyForAPlainServer) {
    begin(viaProxy("http"));
    auto proxy = _listener.accept();
    const std::string request = proxy.receiveRequest();
    EXPECT_THAT(request,
                StartsWith("POST http://server.invalid:" + std::to_string(_listener.port()) + "/mcp?a=b HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"));
    proxy.sendRaw(answer);
    EXPECT_EQ(_outcome.get().text, "{}");
}

TEST_F(ExchangeTest, saysWhatAProxyWants) {
    for (const char* scheme : {"http", "https"}) {
        begin(viaProxy(scheme, ""));
        auto proxy = _listener.accept();
        proxy.receiveRequest();
        proxy.sendRaw("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n");
        const std::string why = _outcome.get().text;
        EXPECT_THAT(why, HasSubstr("wants credentials: set mcp.Files.credentials")) << scheme;
        EXPECT_THAT(why, Not(HasSubstr("a=b")));
    }
}

TEST_F(ExchangeTest, saysThatNobodyIsThere) {
    auto nowhere = target("http", "127.0.0.1");
    _listener.close();
    begin(nowhere);
    EXPECT_THAT(_outcome.get().text, HasSubstr("Connection refused"));
}

TEST_F(ExchangeTest, waitsForAnAnswerAsLongAsItsTargetSays) {
    auto brief = target("http");
    brief.silence = std::chrono::milliseconds(50);
    begin(brief);
    auto peer = _listener.accept();
    EXPECT_THAT(_outcome.get().text, HasSubstr("no answer in time"));
}

TEST_F(ExchangeTest, isCancelledWhileItWaits) {
    begin(target("http"));
    auto peer = _listener.accept();
    peer.receiveRequest();
    _exchange->cancel();
    EXPECT_EQ(_outcome.get().status, 0);
    peer.waitForEnd();
}

}  // namespace
