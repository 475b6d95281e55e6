#include "app/connection.h"
#include "app/credential_keeper.h"
#include "base/log.h"
#include "tests/support/comes_true.h"
#include "tests/support/test_certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace aip::app {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Authority;
using tests::Identity;
using tests::TemporaryFolder;

/// All secrets in files, as an agent that runs has them.
class Secrets {
  public:
    Secrets() {
        settings.session.endpoint.url = "wss://127.0.0.1:1/ws";
        settings.tokenFile = write("token", "first");
        settings.proxyCredentialsFile = write("proxy", "user:first");
        settings.tls.caFile = write("ca.pem", _authority.own().certificatePem());
        identify(_authority.issue({.name = "device"}));
        settings.tls.certificateFile = _folder / "own.pem";
        settings.tls.privateKeyFile = _folder / "own.key";
        settings.session.endpoint = renewed(settings.session.endpoint, settings).endpoint;
    }

    std::string write(const std::string& name, const std::string& content, mode_t mode = S_IRUSR | S_IWUSR) {
        std::string file = _folder / name;
        tests::writeFile(file, content);
        ::chmod(file.c_str(), mode);
        return file;
    }
    void identify(const Identity& own) {
        write("own.pem", own.certificatePem());
        write("own.key", own.keyPem());
    }
    void remove(const std::string& name) { std::filesystem::remove(_folder / name); }
    Identity anotherIdentity() const { return _authority.issue({.name = "other"}); }

    Settings settings;

  private:
    const TemporaryFolder _folder;
    const Authority _authority;
};

struct RotationRow {
    const char* name;
    std::function<void(Secrets&)> rotate;
    std::vector<std::string> changed;
    std::vector<std::string> faults{};  ///< what each holds
};

std::ostream& operator<<(std::ostream& out, const RotationRow& row) {
    return out << row.name;
}

class Rotation : public testing::TestWithParam<RotationRow> {};

TEST_P(Rotation, changesWhatIsGoodAndNamesTheRest) {
    Secrets secrets;
    const auto before = secrets.settings.session.endpoint;
    GetParam().rotate(secrets);
    const auto renewal = renewed(before, secrets.settings);
    EXPECT_EQ(renewal.changed, GetParam().changed);
    ASSERT_EQ(renewal.faults.size(), GetParam().faults.size())
        << (renewal.faults.empty() ? "" : renewal.faults.front().text());
    for (std::size_t i = 0; i < renewal.faults.size(); ++i) {
        EXPECT_THAT(renewal.faults[i].text(), HasSubstr(GetParam().faults[i]));
        EXPECT_THAT(renewal.faults[i].text(), Not(HasSubstr("canary")));
    }
    const auto has = [&](const char* key) {
        return std::find(renewal.changed.begin(), renewal.changed.end(), key) != renewal.changed.end();
    };
    EXPECT_EQ(renewal.endpoint.token != before.token, has("server.token_file"));
    EXPECT_EQ(renewal.endpoint.proxyCredentials != before.proxyCredentials,
              has("connection.http_proxy_credentials_file"));
    const auto lines = has("server.token_file") + has("connection.http_proxy_credentials_file");
    EXPECT_EQ(renewal.endpoint.tls != before.tls, renewal.changed.size() > static_cast<std::size_t>(lines));
    EXPECT_THAT(renewed(renewal.endpoint, secrets.settings).changed, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Rotation,
    testing::Values(
        RotationRow{"nothing", [](Secrets&) {}, {}},
        RotationRow{"token", [](Secrets& all) { all.write("token", "second\n"); }, {"server.token_file"}},
        RotationRow{"theSameToken", [](Secrets& all) { all.write("token", "first\n\n"); }, {}},
        RotationRow{"emptyToken", [](Secrets& all) { all.write("token", ""); }, {}, {"server.token_file: "}},
        RotationRow{
            "tokenOfTwoLines", [](Secrets& all) { all.write("token", "canary\ncanary"); }, {}, {"expected one line"}},
        RotationRow{
            "tokenForAll", [](Secrets& all) { all.write("token", "canary", 0644); }, {}, {"others may read it"}},
        RotationRow{"noToken", [](Secrets& all) { all.remove("token"); }, {}, {"No such file"}},
        RotationRow{"proxyPassword",
                    [](Secrets& all) { all.write("proxy", "user:second"); },
                    {"connection.http_proxy_credentials_file"}},
        RotationRow{
            "halfOfTheProxyPassword", [](Secrets& all) { all.write("proxy", "canary"); }, {}, {"user:password"}},
        RotationRow{"authority",
                    [](Secrets& all) { all.write("ca.pem", Authority("Next").own().certificatePem()); },
                    {"server.ca_file"}},
        RotationRow{"authorityThatAllMayChange",
                    [](Secrets& all) { all.write("ca.pem", Authority("Next").own().certificatePem(), 0666); },
                    {},
                    {"server.ca_file: "}},
        RotationRow{"certificateAndKey",
                    [](Secrets& all) { all.identify(all.anotherIdentity()); },
                    {"server.certificate_file", "server.private_key_file"}},
        RotationRow{"certificateBeforeItsKey",
                    [](Secrets& all) { all.write("own.pem", all.anotherIdentity().certificatePem()); },
                    {},
                    {"is not the key of the certificate"}},
        RotationRow{"halfAKey",
                    [](Secrets& all) { all.write("own.key", "-----BEGIN PRIVATE KEY-----\nMIG"); },
                    {},
                    {"server.private_key_file: "}},
        RotationRow{"noCertificateAndABadKey",
                    [](Secrets& all) {
                        all.remove("own.pem");
                        all.write("own.key", "x", 0640);
                    },
                    {},
                    {"server.certificate_file: ", "server.private_key_file: "}},
        RotationRow{"pins",
                    [](Secrets& all) { all.settings.serverKeys = {std::string(43, 'x') + "="}; },
                    {"server.public_key_pin"}},
        RotationRow{"badPins", [](Secrets& all) { all.settings.serverKeys = {"x"}; }, {}, {"server.public_key_pin"}},
        RotationRow{"tokenWhileTheKeyIsBad",
                    [](Secrets& all) {
                        all.write("token", "second");
                        all.write("own.key", "");
                    },
                    {"server.token_file"},
                    {"server.private_key_file: "}}),
    [](const auto& each) { return each.param.name; });

/// A keeper with its log, and what it gives to use.
class CredentialKeeperTest : public testing::Test {
  protected:
    CredentialKeeperTest() {
        base::log::setSink(base::log::Level::info, [this](base::log::Level level, std::string_view line) {
            const std::lock_guard lock(_mutex);
            _log.push_back((level == base::log::Level::warn ? "warn " : "") + redaction(std::string(line)));
        });
    }
    ~CredentialKeeperTest() override { base::log::setSink(base::log::Level::error, {}); }

    void start() {
        keeper.emplace(secrets.settings, redaction, [this](const transport::Endpoint& endpoint) {
            const std::lock_guard lock(_mutex);
            _used.push_back(endpoint.token);
            _hidden = redaction("token " + endpoint.token);
        });
    }
    /// After everything that has been asked.
    void finish() { keeper.reset(); }

    std::vector<std::string> used() const { return _used; }
    std::vector<std::string> log() const { return _log; }

    Secrets secrets;
    const Redaction redaction{secrets.settings};
    std::optional<CredentialKeeper> keeper;
    std::string _hidden;

  private:
    std::mutex _mutex;
    std::vector<std::string> _used;
    std::vector<std::string> _log;
};

TEST_F(CredentialKeeperTest, usesAnotherSecretThatTheLogKnowsAlready) {
    start();
    secrets.write("token", "second");
    keeper->refused();
    finish();
    EXPECT_THAT(used(), ElementsAre("second"));
    EXPECT_EQ(_hidden, "token ***");
    EXPECT_THAT(redaction("first second"), "*** ***");
    EXPECT_THAT(log(), ElementsAre("server.token_file has changed: the next connection uses what is there now"));
}

TEST_F(CredentialKeeperTest, keepsQuietIfARefusedSecretIsTheSame) {
    start();
    keeper->refused();
    finish();
    EXPECT_THAT(used(), IsEmpty());
    EXPECT_THAT(log(), IsEmpty());
}

TEST_F(CredentialKeeperTest, saysAfterAReloadThatNothingHasChanged) {
    start();
    keeper->reload(secrets.settings);
    finish();
    EXPECT_THAT(used(), ElementsAre("first"));
    EXPECT_THAT(log(), ElementsAre(HasSubstr("are what they were")));
}

TEST_F(CredentialKeeperTest, keepsTheOldSecretAndSaysSoOnceAndAtEachReload) {
    start();
    secrets.write("token", "");
    keeper->refused();
    keeper->reload(secrets.settings);
    keeper->refused();
    finish();
    EXPECT_THAT(used(), ElementsAre("first"));
    const auto said = HasSubstr("warn what was read before stays in use: server.token_file");
    EXPECT_THAT(log(), AnyOf(ElementsAre(said, said), ElementsAre(said)));  // refused() may come before it is done
}

TEST_F(CredentialKeeperTest, takesThePinsOfAReload) {
    start();
    auto next = secrets.settings;
    next.serverKeys = {std::string(43, 'x') + "="};
    keeper->reload(next);
    finish();
    EXPECT_THAT(log(), ElementsAre(HasSubstr("server.public_key_pin has changed")));
}

TEST(Redaction, forgetsTheOldestOfManySecrets) {
    const Redaction redaction{Settings()};
    transport::Endpoint endpoint;
    for (int i = 100; i < 200; ++i) {
        endpoint.token = "secret" + std::to_string(i);
        redaction.learn(endpoint);
    }
    EXPECT_EQ(redaction("secret100 secret199 secret190"), "secret100 *** ***");
}

}  // namespace
}  // namespace aip::app
