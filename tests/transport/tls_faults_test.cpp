// wss:// with faults.

#include "network/certificate.h"
#include "tests/transport/tls_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace aip::network;
using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;
using testing::Not;

/// What is wrong, and a text that the reason must contain.
struct TlsFaultsRow {
    const char* name;
    Wish wish;  ///< of the server's certificate
    std::function<void(TlsHarness&)> prepare;
    std::vector<std::string> words;
};

class Handshakes : public testing::TestWithParam<TlsFaultsRow> {};

TEST_P(Handshakes, thatFailSayWhatToDo) {
    TlsHarness harness(GetParam().wish);
    GetParam().prepare(harness);
    harness.open();
    TlsPeer server = harness.server.accept(harness.listener);
    const CloseInfo info = harness.channel.waitClosed();
    EXPECT_THAT(info.cause, testing::AnyOf(CloseCause::unreachable, CloseCause::lost)) << info.text;
    for (const std::string& words : GetParam().words) {
        EXPECT_THAT(info.text, HasSubstr(words));
    }
    EXPECT_TRUE(info.credentialsInDoubt);
    EXPECT_THAT(info.text, Not(HasSubstr("secret")));
    EXPECT_THAT(info.text, Not(HasSubstr("check that the server runs there")));
}

void asItIs(TlsHarness&) {}

void trustSomeoneElse(TlsHarness& harness) {
    harness.client.ca = {"other.pem", Authority("Other").own().certificatePem()};
}

void signItself(TlsHarness& harness) {
    harness.server = TlsServer(Authority::selfSigned({.name = "box"}));
}

void pinAnotherKey(TlsHarness& harness) {
    harness.client.publicKeys = {publicKeyPin(harness.authority.own().certificate.get())};
}

void demandCertificate(TlsHarness& harness) {
    harness.server.demandCertificatesOf(harness.authority.own());
}

void demandCertificateByTls12(TlsHarness& harness) {
    harness.server.speakOnly(TLS1_2_VERSION);
    demandCertificate(harness);
}

void showAForeignCertificate(TlsHarness& harness) {
    demandCertificate(harness);
    harness.identify(Authority("Other"));
}

void showAForeignCertificateByTls12(TlsHarness& harness) {
    harness.server.speakOnly(TLS1_2_VERSION);
    showAForeignCertificate(harness);
}

void revokeIt(TlsHarness& harness) {
    harness.client.ca.text += harness.authority.revocationList({harness.identity});
}

void revokeItsIssuer(TlsHarness& harness) {
    const Authority between = harness.authority.intermediate();
    harness.server = TlsServer(between.issue());
    harness.server.showIssuer(between.own());
    harness.client.ca.text += harness.authority.revocationList({between.own()}) + between.revocationList({});
}

void haveOnlyAnotherList(TlsHarness& harness) {
    harness.client.ca.text += Authority("Other").revocationList({});
}

void haveAnOldList(TlsHarness& harness) {
    harness.client.ca.text += harness.authority.revocationList({}, -60);
}

void speakVersion10(TlsHarness& harness) {
    harness.server.speakOnly(TLS1_VERSION);
}

void speakVersion11(TlsHarness& harness) {
    harness.server.speakOnly(TLS1_1_VERSION);
}

constexpr long day = 86'400;

INSTANTIATE_TEST_SUITE_P(
    TlsFaults, Handshakes,
    testing::Values(
        TlsFaultsRow{
            "expired", {.begins = -2 * day, .ends = -day}, asItIs, {"the server's certificate expired on 20", "clock"}},
        TlsFaultsRow{"notYetValid", {.begins = day, .ends = 2 * day}, asItIs, {"is not valid before 20", "clock"}},
        TlsFaultsRow{"wrongHost",
                     {.alternatives = "DNS:a.example,DNS:b.example,IP:10.1.2.3"},
                     asItIs,
                     {"is for a.example, b.example, 10.1.2.3, not for localhost", "server.url"}},
        TlsFaultsRow{
            "wrongHostByCommonName", {.name = "old box", .alternatives = ""}, asItIs, {"is for 'old box', not for"}},
        TlsFaultsRow{"unknownIssuer",
                     {},
                     trustSomeoneElse,
                     {"issuer whom we do not trust", "'Test Authority'", "server.ca_file"}},
        TlsFaultsRow{"selfSigned", {}, signItself, {"signed by itself", "server.ca_file"}},
        TlsFaultsRow{"revoked", {}, revokeIt, {"the server's certificate is revoked", "server.ca_file"}},
        TlsFaultsRow{"issuerRevoked", {}, revokeItsIssuer, {"its issuer 'Test Intermediate' is revoked"}},
        TlsFaultsRow{"noListOfItsIssuer", {}, haveOnlyAnotherList, {"no revocation list", "'Test Authority'"}},
        TlsFaultsRow{"oldList", {}, haveAnOldList, {"list for the server's certificate has expired", "server.ca_file"}},
        TlsFaultsRow{"pinMismatch", {}, pinAnotherKey, {"public key is not the one of server.public_key_pin, but "}},
        TlsFaultsRow{
            "certificateDemanded", {}, demandCertificate, {"demands a certificate", "server.certificate_file"}},
        TlsFaultsRow{"certificateDemandedByTls12",
                     {},
                     demandCertificateByTls12,
                     {"demands a certificate", "server.certificate_file"}},
        TlsFaultsRow{
            "certificateRefused", {}, showAForeignCertificate, {"refuses our certificate", "server.certificate_file"}},
        TlsFaultsRow{"certificateRefusedByTls12",
                     {},
                     showAForeignCertificateByTls12,
                     {"refuses our certificate", "server.certificate_file"}},
        TlsFaultsRow{"version10", {}, speakVersion10, {"TLS 1.2 or later"}},
        TlsFaultsRow{"version11", {}, speakVersion11, {"TLS 1.2 or later"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(TlsFaults, anAddressMustBeInTheCertificateToo) {
    TlsHarness harness({.alternatives = "DNS:localhost,IP:127.0.0.2"});
    harness.open("127.0.0.1");
    TlsPeer server = harness.server.accept(harness.listener);
    EXPECT_THAT(harness.channel.waitClosed().text, HasSubstr("is for localhost, 127.0.0.2, not for 127.0.0.1"));
}

/// A connection on which nothing arrives.
class Silence final : public Stream {
  public:
    int descriptor() const override { return -1; }
    IoStep connect() override { return {Progress::done}; }
    IoStep read(std::span<char> /*space*/) override { return {Progress::wantsRead}; }
    IoStep write(std::string_view bytes) override { return {Progress::done, bytes.size()}; }
    bool buffered() const override { return false; }
    const std::string& error() const override { return _error; }

  private:
    const std::string _error;
};

TEST(TlsFaults, aHostThatNoCertificateCanBeCheckedAgainstIsNoConnection) {
    const TlsHarness harness;
    const auto context = harness.endpoint().tls;
    for (const std::string host : {"10.1", "0x7f.1", "167772161", "fe80::1%1", ""}) {
        const auto stream = context->secure(std::make_unique<Silence>(), host);
        EXPECT_EQ(stream->connect().progress, Progress::failed) << host;
        EXPECT_THAT(stream->error(), HasSubstr("write an address in full")) << host;
    }
    EXPECT_EQ(context->secure(std::make_unique<Silence>(), "10.0.0.1")->connect().progress, Progress::wantsRead);
}

TEST(TlsFaults, thePinThatIsShownIsTheOneToSet) {
    TlsHarness harness;
    harness.client.publicKeys = {std::string(43, 'A') + "="};
    harness.open();
    {
        TlsPeer server = harness.server.accept(harness.listener);
        EXPECT_THAT(harness.channel.waitClosed().text,
                    HasSubstr(publicKeyPin(harness.identity.certificate.get()) + ": somebody may be in between"));
    }
    harness.client.publicKeys = {publicKeyPin(harness.identity.certificate.get())};
    harness.connect();
}

TEST(TlsFaults, nothingOfTheRequestReachesAServerThatIsNotTheRightOne) {
    TlsHarness harness;
    trustSomeoneElse(harness);
    harness.open();
    TlsPeer server = harness.server.accept(harness.listener);
    EXPECT_NE(server.failure, "");
    EXPECT_THROW(server.peer.receiveRequest(), std::runtime_error);
}

/// What a server that knows no TLS does once it has heard the client's first bytes.
struct PlainRow {
    const char* name;
    std::string answer;
    const char* words;
};

class PlainServers : public testing::TestWithParam<PlainRow> {};

TEST_P(PlainServers, areRecognised) {
    TlsHarness harness;
    harness.open();
    WebSocketPeer peer = harness.listener.accept();
    peer.sendRaw(GetParam().answer);
    peer.finish();
    EXPECT_THAT(harness.channel.waitClosed().text, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    TlsFaults, PlainServers,
    testing::Values(PlainRow{"http", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "does not speak TLS"},
                    PlainRow{"shortAnswer", "No\n", "does not speak TLS"},
                    PlainRow{"ssh", "SSH-2.0-OpenSSH_9.2\r\n", "does not speak TLS"},
                    PlainRow{"garbageInARecord", std::string("\x16\x03\x03\x00\x05hello", 10), "TLS failed"},
                    PlainRow{"nothing", "", "cut the connection in the TLS handshake"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(TlsFaults, aServerThatStaysSilentInTheHandshakeIsGivenUp) {
    TlsHarness harness({}, quickSettings());
    harness.open("127.0.0.1");
    WebSocketPeer peer = harness.listener.accept();
    const CloseInfo info = harness.channel.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::unreachable);
    EXPECT_THAT(info.text, HasSubstr("no answer to the TLS handshake in time"));
}

TEST(TlsFaults, aServerThatStaysSilentAfterTheHandshakeIsGivenUp) {
    ChannelSettings settings = quickSettings();
    settings.connectTimeout = std::chrono::seconds(1);
    TlsHarness harness({}, settings);
    harness.open();
    TlsPeer server = harness.server.accept(harness.listener);
    EXPECT_THAT(harness.channel.waitClosed().text, HasSubstr("does not answer the upgrade"));
}

TEST(TlsFaults, anEndWithoutGoodbyeIsAnEnd) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    server.peer.hangUp();
    const CloseInfo info = harness.channel.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::lost);
    EXPECT_EQ(info.text, "the server cut the connection");
}

TEST(TlsFaults, anEndWithGoodbyeIsOneToo) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    server.tls.finish();
    EXPECT_EQ(harness.channel.waitClosed().text, "the server cut the connection");
}

TEST(TlsFaults, aCutInTheMiddleOfARecordIsAnEnd) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    const std::string records = server.tls.seal(textFrame("half of this"));
    server.tls.sendBelow(records.substr(0, records.size() / 2));
    server.peer.hangUp();
    EXPECT_EQ(harness.channel.waitClosed().text, "the server cut the connection");
}

TEST(TlsFaults, aRecordThatWasTamperedWithEndsTheConnection) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    std::string records = server.tls.seal(textFrame("tampered with"));
    records.back() = static_cast<char>(records.back() ^ 1);
    server.tls.sendBelow(records);
    const CloseInfo info = harness.channel.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::lost);
    EXPECT_THAT(info.text, HasSubstr("TLS failed"));
}

TEST(TlsFaults, aResetIsReportedAsOne) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    server.peer.reset();
    EXPECT_THAT(harness.channel.waitClosed().text, HasSubstr("reset"));
}

TEST(TlsFaults, silenceInTheMiddleOfARecordIsNoticed) {
    ChannelSettings settings = quickSettings();
    settings.connectTimeout = limit;
    TlsHarness harness({}, settings);
    TlsPeer server = harness.connect();
    const std::string records = server.tls.seal(textFrame("half of this"));
    server.tls.sendBelow(records.substr(0, records.size() / 2));
    EXPECT_EQ(harness.channel.waitClosed().cause, CloseCause::lost);
}

TEST(TlsFaults, aServerThatTakesNothingIsGivenUp) {
    ChannelSettings settings = quickSettings();
    settings.connectTimeout = limit;
    settings.pingInterval = std::chrono::milliseconds(0);
    TlsHarness harness({}, settings);
    TlsPeer server = harness.connect();
    harness.channel.send(std::string(50UL << 20U, 'x'));
    EXPECT_THAT(harness.channel.waitClosed().text, HasSubstr("send timeout"));
}

TEST(TlsFaults, secureWithoutAContextIsNoConnection) {
    TlsHarness harness;
    harness.channel.open(harness.url());
    EXPECT_EQ(harness.channel.waitClosed().cause, CloseCause::unreachable);
}

}  // namespace
