// wss:// with a correct server.

#include "network/certificate.h"
#include "tests/transport/tls_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace {

using namespace aip::network;
using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t large = 20UL << 20U;

TEST(Tls, carriesTheUpgradeAndTheMessages) {
    TlsHarness harness;
    harness.open();
    TlsPeer server = harness.server.accept(harness.listener);
    EXPECT_EQ(server.failure, "");
    EXPECT_THAT(server.peer.acceptUpgrade(), StartsWith("GET /ws?token=secret HTTP/1.1\r\n"));
    harness.channel.waitOpen();
    harness.channel.send("from the device");
    EXPECT_EQ(server.peer.receiveText(), "from the device");
    server.peer.sendText("from the server");
    EXPECT_EQ(harness.channel.waitMessage().data, "from the server");
}

TEST(Tls, tellsTheServerWhomItLooksFor) {
    TlsHarness harness;
    EXPECT_EQ(harness.connect("localhost").tls.serverName(), "localhost");
}

TEST(Tls, verifiesANumericAddressAndKeepsItToItself) {
    TlsHarness harness({.alternatives = "IP:127.0.0.1"});
    EXPECT_EQ(harness.connect("127.0.0.1").tls.serverName(), "");
}

TEST(Tls, trustsWhomTheSystemTrustsIfNoFileIsNamed) {
    TlsHarness harness;
    const TemporaryFolder folder;
    ::setenv("SSL_CERT_FILE", folder.write("ca.pem", harness.client.ca.text).c_str(), 1);
    harness.client.ca = {};
    EXPECT_EQ(harness.connect().failure, "");
    ::unsetenv("SSL_CERT_FILE");
}

/// The server shows `identity` alone; the client trusts nobody but those in `trusted`.
std::string failureOf(const Identity& identity, const std::string& trusted) {
    TlsHarness harness;
    harness.server = TlsServer(identity);
    harness.client.ca = {"trusted.pem", trusted};
    harness.open();
    const TlsPeer peer = harness.server.accept(harness.listener);
    return peer.failure.empty() ? "" : harness.channel.waitClosed().text;
}

TEST(Tls, trustsTheIntermediateThatIsNamed) {
    const Authority issuer = Authority().intermediate();
    const Identity server = issuer.issue();
    EXPECT_EQ(failureOf(server, issuer.own().certificatePem()), "");
    EXPECT_EQ(failureOf(server, Authority("Other").own().certificatePem() + issuer.own().certificatePem()), "");
    EXPECT_EQ(failureOf(issuer.intermediate("Below").issue(), issuer.own().certificatePem()).empty(), false);
}

TEST(Tls, trustsTheServerThatIsNamed) {
    for (const Identity& server :
         {Authority().intermediate().issue(), Authority().issue(), Authority::selfSigned({.name = "box"})}) {
        EXPECT_EQ(failureOf(server, server.certificatePem()), "");
    }
}

TEST(Tls, checksNameAndDatesOfWhomIsNamed) {
    const Identity other = Authority().issue({.alternatives = "DNS:other.example"});
    EXPECT_THAT(failureOf(other, other.certificatePem()), HasSubstr("not for localhost"));
    const Identity old = Authority().issue({.begins = -7200, .ends = -3600});
    EXPECT_THAT(failureOf(old, old.certificatePem()), HasSubstr("expired"));
    const Authority oldIssuer = Authority().intermediate("Old", -60);
    EXPECT_THAT(failureOf(oldIssuer.issue(), oldIssuer.own().certificatePem()), HasSubstr("expired"));
    EXPECT_THAT(failureOf(Authority().issue(), other.certificatePem()), HasSubstr("server.ca_file"));
}

TEST(Tls, takesAServerWhomNoRevocationListNames) {
    const Authority root;
    const Authority between = root.intermediate();
    const Identity revoked = between.issue();
    const std::string lists[] = {between.revocationList({revoked}),
                                 between.revocationList({}) + root.revocationList({revoked})};
    for (const std::string& list : lists) {
        TlsHarness harness;
        harness.server = TlsServer(between.issue());
        harness.server.showIssuer(between.own());
        harness.client.ca = {"ca.pem", root.own().certificatePem() + list};
        EXPECT_EQ(harness.connect().failure, "");
    }
}

TEST(Tls, worksWithVersion12) {
    TlsHarness harness({}, {}, echo);
    harness.server.speakOnly(TLS1_2_VERSION);
    TlsPeer server = harness.connect();
    server.peer.sendText(pattern(100'000));
    EXPECT_TRUE(server.peer.receiveText() == pattern(100'000));
}

TEST(Tls, showsOurCertificateToAServerThatDemandsOne) {
    TlsHarness harness;
    harness.server.demandCertificatesOf(harness.authority.own());
    harness.identify(harness.authority, "device 7");
    EXPECT_EQ(harness.connect().tls.clientName(), "device 7");
}

TEST(Tls, takesTheServerWithOneOfThePinnedKeys) {
    TlsHarness harness;
    harness.client.publicKeys = {std::string(43, 'A') + "=", publicKeyPin(harness.identity.certificate.get())};
    EXPECT_EQ(harness.connect().failure, "");
}

TEST(Tls, carriesLargeMessagesBothWaysWithPingsInBetween) {
    TlsHarness harness({}, {}, echo);
    TlsPeer server = harness.connect();
    const std::string text = pattern(large);
    for (std::size_t at = 0; at < large; at += large / 8) {
        const bool last = at + large / 8 == large;
        server.peer.sendFrame(at == 0 ? opText : opContinuation, last, text.substr(at, large / 8));
        server.peer.sendFrame(opPing, true, "between");
    }
    EXPECT_EQ(server.peer.receiveUntil(opPong).payload, "between");
    EXPECT_TRUE(server.peer.receiveText() == text);
}

TEST(Tls, answersAPingWhileALargeMessageIsUnderWay) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    harness.channel.send(pattern(large));
    EXPECT_EQ(server.peer.receiveFrame().opcode, opText);
    server.peer.sendFrame(opPing, true, "now");
    std::size_t received = 0;
    for (PeerFrame frame = server.peer.receiveFrame(); frame.opcode != opPong; frame = server.peer.receiveFrame()) {
        ASSERT_EQ(frame.opcode, opContinuation);
        received += frame.payload.size();
    }
    EXPECT_LT(received, large);
}

TEST(Tls, deliversAllMessagesOfOneRecordThoughTheDescriptorTellsOfOneOnly) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    std::string frames;
    for (int i = 0; i < 500; ++i) {
        frames += textFrame("message " + std::to_string(i));
    }
    server.peer.sendRaw(frames);
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(harness.channel.waitMessage().data, "message " + std::to_string(i));
    }
}

TEST(Tls, readsALongAnswerToTheUpgradeThatComesInOneRecord) {
    TlsHarness harness;
    harness.open();
    TlsPeer server = harness.server.accept(harness.listener);
    const std::string answer = WebSocketPeer::upgradeAnswer(server.peer.receiveRequest());
    const std::string head = answer.substr(0, answer.size() - 2);
    const std::string padding = std::string(6'000, 'x') + "\r\n";
    server.peer.sendRaw(head + "X-A: " + padding + "X-B: " + padding + "\r\n" + textFrame("early"));
    harness.channel.waitOpen();
    EXPECT_EQ(harness.channel.waitMessage().data, "early");
}

TEST(Tls, livesWithARecordForEveryByteAndWithEveryByteOfARecordAlone) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    server.peer.sendBytewise(textFrame(pattern(300)));
    EXPECT_EQ(harness.channel.waitMessage().data, pattern(300));
    for (const char byte : server.tls.seal(textFrame("slowly"))) {
        server.tls.sendBelow({&byte, 1});
    }
    EXPECT_EQ(harness.channel.waitMessage().data, "slowly");
}

TEST(Tls, survivesNewKeysInTheMiddle) {
    TlsHarness harness({}, {}, echo);
    TlsPeer server = harness.connect();
    for (int i = 0; i < 3; ++i) {
        server.tls.changeKeys();
        server.peer.sendText(pattern(50'000));
        EXPECT_TRUE(server.peer.receiveText() == pattern(50'000));
    }
}

TEST(Tls, closesWithAHandshake) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    harness.channel.close(1000);
    EXPECT_EQ(server.peer.acceptClose(), 1000);
    EXPECT_EQ(harness.channel.waitClosed().cause, CloseCause::requested);
}

TEST(Tls, answersTheServersCloseAndSaysThatNoMoreWillCome) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    server.peer.close(1012, "restart");
    EXPECT_EQ(server.peer.receiveFrame().closeCode(), 1012);
    server.tls.finish();
    EXPECT_EQ(harness.channel.waitClosed().code, 1012);
    server.peer.waitForEnd();
    EXPECT_TRUE(server.tls.finished());
}

TEST(Tls, connectsAgainAndAgainWithOneContext) {
    TlsHarness harness;
    const Endpoint endpoint = harness.endpoint();
    for (int i = 0; i < 3; ++i) {
        harness.channel.open(endpoint);
        TlsPeer server = harness.server.acceptUpgraded(harness.listener);
        harness.channel.waitOpen();
        harness.channel.abort();
        EXPECT_EQ(harness.channel.waitClosed().cause, CloseCause::requested);
    }
}

}  // namespace
