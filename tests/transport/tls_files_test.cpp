#include "tests/support/test_certificates.h"
#include "transport/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace {

using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;

/// One mistake in otherwise correct files, and a text that the error must contain.
struct TlsFilesRow {
    const char* name;
    std::function<void(TlsSettings&, const TemporaryFolder&)> spoil;
    const char* key;
    const char* words;
};

class TlsFiles : public testing::TestWithParam<TlsFilesRow> {};

TEST_P(TlsFiles, thatWillNotDoAreNamed) {
    const TemporaryFolder folder;
    const Authority authority;
    const Identity device = authority.issue({.name = "device"});
    TlsSettings settings{.caFile = folder.write("ca.pem", authority.own().certificatePem()),
                         .certificateFile = folder.write("device.pem", device.certificatePem()),
                         .privateKeyFile = folder.write("device.key", device.keyPem()),
                         .publicKeys = {std::string(43, 'x') + "="}};
    ASSERT_TRUE(loadTls(settings));
    GetParam().spoil(settings, folder);
    const auto loaded = loadTls(settings);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().text(), HasSubstr(GetParam().key));
    EXPECT_THAT(loaded.error().text(), HasSubstr(GetParam().words));
}

using Folder = TemporaryFolder;

INSTANTIATE_TEST_SUITE_P(
    Tls, TlsFiles,
    testing::Values(
        TlsFilesRow{"noCaFile", [](auto& tls, const Folder&) { tls.caFile = "/none.pem"; }, "server.ca_file",
                    "/none.pem: No such file"},
        TlsFilesRow{"emptyCaFile", [](auto& tls, const Folder& folder) { tls.caFile = folder.write("x", "text"); },
                    "server.ca_file", "x holds no certificate"},
        TlsFilesRow{"caFileIsAFolder", [](auto& tls, const Folder& folder) { tls.caFile = folder.path().string(); },
                    "server.ca_file", "holds no certificate"},
        TlsFilesRow{"noCertificateFile", [](auto& tls, const Folder&) { tls.certificateFile = "/none.pem"; },
                    "server.certificate_file", "/none.pem: No such file"},
        TlsFilesRow{"keyForACertificate", [](auto& tls, const Folder&) { tls.certificateFile = tls.privateKeyFile; },
                    "server.certificate_file", "holds no certificate"},
        TlsFilesRow{"noKeyFile", [](auto& tls, const Folder&) { tls.privateKeyFile = "/none.key"; },
                    "server.private_key_file", "/none.key: No such file"},
        TlsFilesRow{"certificateForAKey", [](auto& tls, const Folder&) { tls.privateKeyFile = tls.certificateFile; },
                    "server.private_key_file", "holds no private key"},
        TlsFilesRow{"keyOfAnother",
                    [](auto& tls, const Folder& folder) {
                        tls.privateKeyFile = folder.write("other.key", Authority().own().keyPem());
                    },
                    "server.private_key_file", "is not the key of the certificate in"},
        TlsFilesRow{"encryptedKey",
                    [](auto& tls, const Folder& folder) {
                        tls.privateKeyFile = folder.write("other.key", encryptedPem(Authority().own().key, "word"));
                    },
                    "server.private_key_file", "is encrypted"},
        TlsFilesRow{"certificateWithoutKey", [](auto& tls, const Folder&) { tls.privateKeyFile.clear(); },
                    "server.private_key_file", "go together"},
        TlsFilesRow{"keyWithoutCertificate", [](auto& tls, const Folder&) { tls.certificateFile.clear(); },
                    "server.certificate_file", "go together"},
        TlsFilesRow{"pinTooShort", [](auto& tls, const Folder&) { tls.publicKeys = {"abc="}; }, "server.public_key_pin",
                    "'abc='"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
