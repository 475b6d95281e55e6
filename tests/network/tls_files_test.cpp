#include "network/tls.h"
#include "tests/support/test_certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace {

using namespace aip::network;
using namespace aip::tests;
using testing::HasSubstr;

constexpr auto garbled = "-----BEGIN CERTIFICATE-----\nMIIB\n";

/// One mistake in otherwise correct texts, and a text that the error must contain.
struct TlsFilesRow {
    const char* name;
    std::function<void(TlsMaterial&)> spoil;
    const char* key;
    const char* words;
};

class TlsFiles : public testing::TestWithParam<TlsFilesRow> {};

TEST_P(TlsFiles, thatWillNotDoAreNamed) {
    const Authority authority;
    const Identity device = authority.issue({.name = "device"});
    TlsMaterial material{.ca = {"ca.pem", authority.own().certificatePem()},
                         .certificate = {"device.pem", device.certificatePem()},
                         .privateKey = {"device.key", device.keyPem()},
                         .publicKeys = {std::string(43, 'x') + "="}};
    const auto fine = loadTls(material);
    ASSERT_TRUE(fine);
    EXPECT_EQ((*fine)->material(), material);
    GetParam().spoil(material);
    const auto loaded = loadTls(material);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().text(), HasSubstr(GetParam().key));
    EXPECT_THAT(loaded.error().text(), HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Tls, TlsFiles,
    testing::Values(
        TlsFilesRow{"noCertificateInCaFile",
                    [](auto& tls) {
                        tls.ca = {"x", "text"};
                    },
                    "server.ca_file", "x holds no certificate"},
        TlsFilesRow{"emptyCaFile", [](auto& tls) { tls.ca.text.clear(); }, "server.ca_file", "holds no certificate"},
        TlsFilesRow{"halfACaFile", [](auto& tls) { tls.ca.text.resize(tls.ca.text.size() - 40); }, "server.ca_file",
                    "holds a broken certificate"},
        TlsFilesRow{"caFileThatEndsInTheSecond", [](auto& tls) { tls.ca.text += garbled; }, "server.ca_file",
                    "holds a broken certificate"},
        TlsFilesRow{"keyForACertificate", [](auto& tls) { tls.certificate = tls.privateKey; },
                    "server.certificate_file", "holds no certificate"},
        TlsFilesRow{"halfACertificate", [](auto& tls) { tls.certificate.text.resize(tls.certificate.text.size() / 2); },
                    "server.certificate_file", "holds no certificate"},
        TlsFilesRow{"chainThatEndsInTheMiddle", [](auto& tls) { tls.certificate.text += garbled; },
                    "server.certificate_file", "holds a broken certificate in its chain"},
        TlsFilesRow{"certificateForAKey", [](auto& tls) { tls.privateKey = tls.certificate; },
                    "server.private_key_file", "holds no private key"},
        TlsFilesRow{"halfAKey", [](auto& tls) { tls.privateKey.text.resize(tls.privateKey.text.size() / 2); },
                    "server.private_key_file", "holds no private key"},
        TlsFilesRow{"keyOfAnother", [](auto& tls) { tls.privateKey.text = Authority().own().keyPem(); },
                    "server.private_key_file", "is not the key of the certificate in device.pem"},
        TlsFilesRow{"encryptedKey",
                    [](auto& tls) { tls.privateKey.text = encryptedPem(Authority().own().key, "word"); },
                    "server.private_key_file", "is encrypted"},
        TlsFilesRow{"certificateWithoutKey", [](auto& tls) { tls.privateKey = {}; }, "server.private_key_file",
                    "go together"},
        TlsFilesRow{"keyWithoutCertificate", [](auto& tls) { tls.certificate = {}; }, "server.certificate_file",
                    "go together"},
        TlsFilesRow{"pinTooShort", [](auto& tls) { tls.publicKeys = {"abc="}; }, "server.public_key_pin", "'abc='"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
