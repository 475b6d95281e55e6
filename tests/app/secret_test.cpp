#include "app/secret.h"

#include "app/settings_reader.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::TemporaryFolder;
using tests::writeFile;

constexpr auto variable = "AIP_TEST_TOKEN";
constexpr auto reference = "${system.env.AIP_TEST_TOKEN}";

std::string secretFile(const TemporaryFolder& folder, std::string_view content, mode_t mode = S_IRUSR | S_IWUSR) {
    std::string name = folder / "secret";
    writeFile(name, content);
    EXPECT_EQ(::chmod(name.c_str(), mode), 0);
    return name;
}

struct SecretFileRow {
    const char* name;
    std::string content;
    std::string expected;  ///< the secret, or a part of the error
};

std::ostream& operator<<(std::ostream& out, const SecretFileRow& row) {
    return out << row.name;
}

class SecretFile : public testing::TestWithParam<SecretFileRow> {};

TEST_P(SecretFile, holdsOneLine) {
    const TemporaryFolder folder;
    const auto secret = readSecretFile(secretFile(folder, GetParam().content));
    EXPECT_EQ(secret ? *secret : secret.error().text().substr(folder.path().string().size()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SecretFile,
    testing::Values(
        SecretFileRow{"plain", "canary", "canary"}, SecretFileRow{"blanksAround", " \tcanary \r\n\n", "canary"},
        SecretFileRow{"blankWithin", "two words\n", "two words"},
        SecretFileRow{"longest", std::string(4'096, 'x'), std::string(4'096, 'x')},
        SecretFileRow{"empty", "", "/secret: expected one line with the secret, and it is empty"},
        SecretFileRow{"blank", " \n", "/secret: expected one line with the secret, and it is empty"},
        SecretFileRow{"twoLines", "one\ntwo", "/secret: expected one line with the secret"},
        SecretFileRow{"control", "a\x7F", "/secret: expected one line with the secret"},
        SecretFileRow{"c1Control", "a\u0085b", "/secret: expected one line with the secret"},
        SecretFileRow{"byteOrderMark", "\ufeffcanary",
                      "/secret: begins with a byte order mark: save it as plain ASCII or UTF-8 without one"},
        SecretFileRow{"utf16",
                      std::string("\xFF\xFE"
                                  "c\0a\0",
                                  6),
                      "/secret: begins with a byte order mark: save it as plain ASCII or UTF-8 without one"},
        SecretFileRow{"latin1", "caf\xE9", "/secret: holds bytes that are not UTF-8: save it as plain ASCII or UTF-8"},
        SecretFileRow{"tooLong", std::string(4'097, 'x'), "/secret: expected one line with the secret"}),
    [](const auto& each) { return each.param.name; });

TEST(SecretOfSystemd, tellsWhereItsFileBelongs) {
    const TemporaryFolder folder;
    const std::string name = secretFile(folder, "\n");
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    const auto secret = readSecretFile(name);
    ::unsetenv("CREDENTIALS_DIRECTORY");
    ASSERT_FALSE(secret);
    EXPECT_THAT(secret.error().text(), HasSubstr("LoadCredential=secret: of the unit names (mode 600, of root; as "
                                                 "installed: /etc/aip-agent/secret), then: systemctl restart"));
}

TEST(Token, isMadeOfVisibleAscii) {
    EXPECT_TRUE(checkToken("aZ09-._~+/=!"));
    EXPECT_TRUE(checkToken(""));
    for (const auto* token : {"two words", "caf\u00e9", "a\u200b", "a\tb", "a\x7F", "\u201ccanary\u201d"}) {
        const auto checked = checkToken(token);
        ASSERT_FALSE(checked) << token;
        EXPECT_THAT(checked.error().text(), AllOf(HasSubstr("visible ASCII"), Not(HasSubstr(token))));
    }
}

struct SecretModeRow {
    const char* name;
    mode_t mode;
    bool isPrivate;
};

std::ostream& operator<<(std::ostream& out, const SecretModeRow& row) {
    return out << row.name;
}

class SecretMode : public testing::TestWithParam<SecretModeRow> {};

TEST_P(SecretMode, letsNobodyElseIn) {
    const TemporaryFolder folder;
    const std::string name = secretFile(folder, "canary", GetParam().mode);
    const auto checked = readSecretFile(name);
    EXPECT_EQ(bool(checked), GetParam().isPrivate);
    if (!checked) {
        EXPECT_EQ(checked.error().code(), base::Code::denied);
        EXPECT_EQ(checked.error().text(), name + ": others may read it; chmod 600 and own it");
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, SecretMode,
                         testing::Values(SecretModeRow{"owner", 0600, true}, SecretModeRow{"ownerReads", 0400, true},
                                         SecretModeRow{"groupReads", 0640, false},
                                         SecretModeRow{"groupWrites", 0620, false},
                                         SecretModeRow{"othersRead", 0604, false},
                                         SecretModeRow{"othersExecute", 0601, false}),
                         [](const auto& each) { return each.param.name; });

TEST(SecretFile, isAPlainFile) {
    const TemporaryFolder folder;
    EXPECT_THAT(readSecretFile(folder.path()).error().text(), HasSubstr("not a plain file"));
    EXPECT_THAT(readSecretFile(folder / "none").error().text(), HasSubstr("No such file"));
}

TEST(SecretFile, belongsToUsOrToRoot) {
    const TemporaryFolder folder;
    const std::string name = secretFile(folder, "canary");
    if (::chown(name.c_str(), 65'534, static_cast<gid_t>(-1)) != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    EXPECT_EQ(readSecretFile(name).error().code(), base::Code::denied);
}

TEST(Token, comesFromAFile) {
    const TemporaryFolder folder;
    const std::string file = secretFile(folder, "canary\n");
    const auto settings = readSettings({{}, {"server.token_file=" + file}});
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(settings->session.endpoint.token, "canary");
}

TEST(Token, isInNoErrorAboutItsFile) {
    const TemporaryFolder folder;
    const std::string file = secretFile(folder, "canary\ncanary");
    const auto settings = readSettings({{}, {"server.token_file=" + file}});
    ASSERT_FALSE(settings);
    EXPECT_THAT(settings.error().text(), AllOf(HasSubstr("server.token_file: " + file), Not(HasSubstr("canary"))));
}

class TokenOfTheEnvironment : public testing::Test {
  protected:
    TokenOfTheEnvironment() { ::setenv(variable, "canary", 1); }
    ~TokenOfTheEnvironment() override { ::unsetenv(variable); }

    base::Result<Settings, Findings> read(const std::string& token) {
        writeFile(_folder / "a.ini", "[server]\ntoken = " + token + "\n");
        return readSettings({{_folder / "a.ini"}, {}});
    }

  private:
    const TemporaryFolder _folder;
};

TEST_F(TokenOfTheEnvironment, isForgottenThere) {
    char** entry = environ;
    while (!std::string_view(*entry).starts_with(variable)) {
        ++entry;
    }
    const char* value = *entry + std::strlen(variable) + 1;
    ASSERT_STREQ(value, "canary");
    const auto settings = read(reference);
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(settings->session.endpoint.token, "canary");
    EXPECT_EQ(settings->rawValues.at("server.token"), reference);
    EXPECT_EQ(std::getenv(variable), nullptr);
    EXPECT_EQ(std::string(value, 6), std::string(6, '\0'));  // /proc/PID/environ goes on showing these bytes
}

TEST_F(TokenOfTheEnvironment, mayBeQuoted) {
    for (const std::string& token : {"\"" + std::string(reference) + "\"", "'" + std::string(reference) + "'"}) {
        ::setenv(variable, "canary", 1);
        const auto settings = read(token);
        ASSERT_TRUE(settings) << settings.error().text();
        EXPECT_EQ(settings->session.endpoint.token, "canary");
        EXPECT_EQ(std::getenv(variable), nullptr);
    }
}

TEST_F(TokenOfTheEnvironment, isOneReferenceAndNothingElse) {
    for (const std::string token : {"canary", "x${system.env.AIP_TEST_TOKEN}", "${system.env.AIP_TEST_TOKEN}x",
                                    "${system.env.AIP_TEST_TOKEN}${system.env.AIP_TEST_TOKEN}", "${system.nodeName}",
                                    "$${system.env.AIP_TEST_TOKEN}"}) {
        const auto settings = read(token);
        ASSERT_FALSE(settings) << token;
        EXPECT_TRUE(settings.error().has(Severity::error));
        EXPECT_THAT(settings.error().text(),
                    AllOf(HasSubstr("server.token takes a reference"), Not(HasSubstr("canary"))));
    }
    EXPECT_STREQ(std::getenv(variable), "canary");
}

TEST_F(TokenOfTheEnvironment, isOneLine) {
    ::setenv(variable, "canary\ncanary", 1);
    const auto settings = read(reference);
    ASSERT_FALSE(settings);
    EXPECT_THAT(settings.error().text(), testing::EndsWith("a.ini:2: server.token: expected one line"));
    EXPECT_EQ(std::getenv(variable), nullptr);
}

TEST_F(TokenOfTheEnvironment, isSet) {
    ::unsetenv(variable);
    const auto settings = read(reference);
    ASSERT_FALSE(settings);
    EXPECT_THAT(settings.error().text(), HasSubstr("key 'server.token': ${system.env.AIP_TEST_TOKEN} is not set"));
}

TEST_F(TokenOfTheEnvironment, isNotTakenFromTheCommandLine) {
    for (const std::string& token : {std::string("canary"), "canary" + std::string(reference)}) {
        const auto settings = readSettings({{}, {"server.token=" + token}});
        ASSERT_FALSE(settings);
        EXPECT_TRUE(settings.error().has(Severity::error));
        EXPECT_THAT(settings.error().text(), AllOf(HasSubstr("use server.token_file"), Not(HasSubstr("canary"))));
    }
    ::unsetenv(variable);
    EXPECT_THAT(readSettings({{}, {"server.token=" + std::string(reference)}}).error().text(),
                HasSubstr("key 'server.token': ${system.env.AIP_TEST_TOKEN} is not set"));
}

TEST(ProxyCredentials, comeFromAFileWithAColon) {
    const TemporaryFolder folder;
    const auto read = [&](std::string_view content, mode_t mode) {
        return readSettings({{}, {"connection.http_proxy_credentials_file=" + secretFile(folder, content, mode)}});
    };
    const auto settings = read("user:word\n", 0600);
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(settings->session.endpoint.proxyCredentials, "user:word");
    EXPECT_THAT(read("canary", 0600).error().text(),
                AllOf(HasSubstr("expected one line user:password"), Not(HasSubstr("canary"))));
    EXPECT_THAT(read("user:word", 0644).error().text(),
                AllOf(HasSubstr("connection.http_proxy_credentials_file: "), HasSubstr("others may read it")));
}

TEST(PrivateKey, isReadableByItsOwnerOnly) {
    const TemporaryFolder folder;
    const std::string key = secretFile(folder, "key", 0640);
    EXPECT_THAT(readSettings({{}, {"server.private_key_file=" + key, "server.url=wss://127.0.0.1/ws"}}).error().text(),
                testing::StartsWith("command line: server.private_key_file: " + key + ": others may read it"));
}

}  // namespace
}  // namespace aip::app
