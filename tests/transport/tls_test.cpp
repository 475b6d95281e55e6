// wss:// with a server that behaves.

#include "tests/transport/tls_bench.h"
#include "transport/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace {

using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t large = 20UL << 20U;

TEST(Tls, carriesTheUpgradeAndTheMessages) {
    TlsBench bench;
    bench.open();
    TlsPeer server = bench.server.accept(bench.listener);
    EXPECT_EQ(server.failure, "");
    EXPECT_THAT(server.peer.acceptUpgrade(), StartsWith("GET /ws?token=secret HTTP/1.1\r\n"));
    bench.channel.waitOpen();
    bench.channel.send("from the device");
    EXPECT_EQ(server.peer.receiveText(), "from the device");
    server.peer.sendText("from the server");
    EXPECT_EQ(bench.channel.waitMessage().data, "from the server");
}

TEST(Tls, tellsTheServerWhomItLooksFor) {
    TlsBench bench;
    EXPECT_EQ(bench.connect("localhost").tls.serverName(), "localhost");
}

TEST(Tls, verifiesANumericAddressAndKeepsItToItself) {
    TlsBench bench({.alternatives = "IP:127.0.0.1"});
    EXPECT_EQ(bench.connect("127.0.0.1").tls.serverName(), "");
}

TEST(Tls, trustsWhomTheSystemTrustsIfNoFileIsNamed) {
    TlsBench bench;
    ::setenv("SSL_CERT_FILE", bench.client.caFile.c_str(), 1);
    bench.client.caFile.clear();
    bench.connect();
    ::unsetenv("SSL_CERT_FILE");
}

/// The server shows `identity` alone; the client trusts nobody but those in `trusted`.
std::string failureOf(const Identity& identity, const std::string& trusted) {
    TlsBench bench;
    bench.server = TlsServer(identity);
    bench.client.caFile = bench.folder.write("trusted.pem", trusted);
    bench.open();
    const TlsPeer peer = bench.server.accept(bench.listener);
    return peer.failure.empty() ? "" : bench.channel.waitClosed().text;
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

TEST(Tls, worksWithVersion12) {
    TlsBench bench({}, {}, echo);
    bench.server.speakOnly(TLS1_2_VERSION);
    TlsPeer server = bench.connect();
    server.peer.sendText(pattern(100'000));
    EXPECT_TRUE(server.peer.receiveText() == pattern(100'000));
}

TEST(Tls, showsOurCertificateToAServerThatDemandsOne) {
    TlsBench bench;
    bench.server.demandCertificatesOf(bench.authority.own());
    bench.identify(bench.authority, "device 7");
    EXPECT_EQ(bench.connect().tls.clientName(), "device 7");
}

TEST(Tls, takesTheServerWithOneOfThePinnedKeys) {
    TlsBench bench;
    bench.client.publicKeys = {std::string(43, 'A') + "=", publicKeyPin(bench.identity.certificate.get())};
    bench.connect();
}

TEST(Tls, carriesLargeMessagesBothWaysWithPingsInBetween) {
    TlsBench bench({}, {}, echo);
    TlsPeer server = bench.connect();
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
    TlsBench bench;
    TlsPeer server = bench.connect();
    bench.channel.send(pattern(large));
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
    TlsBench bench;
    TlsPeer server = bench.connect();
    std::string frames;
    for (int i = 0; i < 500; ++i) {
        frames += textFrame("message " + std::to_string(i));
    }
    server.peer.sendRaw(frames);
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(bench.channel.waitMessage().data, "message " + std::to_string(i));
    }
}

TEST(Tls, readsALongAnswerToTheUpgradeThatComesInOneRecord) {
    TlsBench bench;
    bench.open();
    TlsPeer server = bench.server.accept(bench.listener);
    const std::string answer = WebSocketPeer::upgradeAnswer(server.peer.receiveRequest());
    const std::string head = answer.substr(0, answer.size() - 2);
    const std::string padding = std::string(6'000, 'x') + "\r\n";
    server.peer.sendRaw(head + "X-A: " + padding + "X-B: " + padding + "\r\n" + textFrame("early"));
    bench.channel.waitOpen();
    EXPECT_EQ(bench.channel.waitMessage().data, "early");
}

TEST(Tls, livesWithARecordForEveryByteAndWithEveryByteOfARecordAlone) {
    TlsBench bench;
    TlsPeer server = bench.connect();
    server.peer.sendBytewise(textFrame(pattern(300)));
    EXPECT_EQ(bench.channel.waitMessage().data, pattern(300));
    for (const char byte : server.tls.seal(textFrame("slowly"))) {
        server.tls.sendBelow({&byte, 1});
    }
    EXPECT_EQ(bench.channel.waitMessage().data, "slowly");
}

TEST(Tls, survivesNewKeysInTheMiddle) {
    TlsBench bench({}, {}, echo);
    TlsPeer server = bench.connect();
    for (int i = 0; i < 3; ++i) {
        server.tls.changeKeys();
        server.peer.sendText(pattern(50'000));
        EXPECT_TRUE(server.peer.receiveText() == pattern(50'000));
    }
}

TEST(Tls, closesWithAHandshake) {
    TlsBench bench;
    TlsPeer server = bench.connect();
    bench.channel.close(1000);
    EXPECT_EQ(server.peer.acceptClose(), 1000);
    EXPECT_EQ(bench.channel.waitClosed().cause, CloseCause::requested);
}

TEST(Tls, answersTheServersCloseAndSaysThatNoMoreWillCome) {
    TlsBench bench;
    TlsPeer server = bench.connect();
    server.peer.close(1012, "restart");
    EXPECT_EQ(server.peer.receiveFrame().closeCode(), 1012);
    server.tls.finish();
    EXPECT_EQ(bench.channel.waitClosed().code, 1012);
    server.peer.waitForEnd();
    EXPECT_TRUE(server.tls.finished());
}

TEST(Tls, connectsAgainAndAgainWithOneContext) {
    TlsBench bench;
    const Endpoint endpoint = bench.endpoint();
    for (int i = 0; i < 3; ++i) {
        bench.channel.open(endpoint);
        TlsPeer server = bench.server.acceptUpgraded(bench.listener);
        bench.channel.waitOpen();
        bench.channel.abort();
        EXPECT_EQ(bench.channel.waitClosed().cause, CloseCause::requested);
    }
}

}  // namespace
