#include "app/config_listing.h"

#include "tests/app/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ConfigListing : public testing::Test {
  protected:
    ConfigListing() {
        _installation.add("mail", R"({"type":"object","properties":{"pin":{"type":"string","writeOnly":true},
"host":{"type":"string"},"api_key":{"type":"string"},"auth_Token":{"type":"string"},"db":{"type":"string"}}})");
        ::setenv("AIP_TEST_CANARY", "canary", 1);
    }
    ~ConfigListing() override { ::unsetenv("AIP_TEST_CANARY"); }

    std::string list(const std::string& ini, std::vector<std::string> definitions = {}) {
        _folder.write("a.ini", ini);
        definitions.push_back(_installation.definition());
        const SettingsRequest request{{_folder / "a.ini"}, definitions};
        const auto settings = readSettings(request);
        std::string text = "\n" + listConfiguration(request, settings ? &*settings : nullptr);
        for (auto at = text.find(_folder / ""); at != std::string::npos; at = text.find(_folder / "")) {
            text.erase(at, (_folder / "").size());
        }
        return text;
    }

    const tests::TemporaryFolder _folder;
    const tests::Installation _installation;
};

TEST_F(ConfigListing, hasALineForEachValueAndItsOrigin) {
    const auto text = list("[client]\nid = lab\n[device.metadata]\nroom = 7\n[plugin.mail]\nhost = h\nload = start\n",
                           {"log.level=warn"});
    EXPECT_THAT(
        text,
        AllOf(HasSubstr("\nclient.id = lab  [a.ini:2]\n"), HasSubstr("\nconnection.max_retries = 0  [default]\n"),
              HasSubstr("\nlog.level = warn  [command line]\n"), HasSubstr("\ndevice.metadata.room = 7  [a.ini:4]\n"),
              HasSubstr("\nplugin.mail.host = h  [a.ini:6]\n"), HasSubstr("\nplugin.mail.load = start  [a.ini:7]\n")));
    EXPECT_EQ(text, list("[client]\nid = lab\n[device.metadata]\nroom = 7\n[plugin.mail]\nhost = h\nload = start\n",
                         {"log.level=warn"}));
    EXPECT_EQ(std::count(text.begin(), text.end(), '['), std::count(text.begin(), text.end(), '\n') - 1);
}

TEST_F(ConfigListing, hidesSecretsInParts) {
    _installation.add("box", R"({"type":"object","properties":{"accounts":{"type":"array","items":{"type":"object",
"properties":{"code":{"type":"string","writeOnly":true},"name":{"type":"string"}}}},"limits":{"type":"object"}}})");
    const auto text =
        list("[plugin.box.accounts.0]\ncode = canary\nname = Ann\n[plugin.box.limits]\npassword = canary\ncpu = 2\n");
    EXPECT_THAT(text, AllOf(HasSubstr("\nplugin.box.accounts.0.code = ***  [a.ini:2]\n"),
                            HasSubstr("\nplugin.box.limits.password = ***  [a.ini:5]\n"),
                            HasSubstr("\nplugin.box.limits.cpu = 2  [a.ini:6]\n"), Not(HasSubstr("canary"))));
}

TEST_F(ConfigListing, resolvesReferencesButThoseToTheEnvironment) {
    const auto text = list(
        "[client]\nid = ${device.metadata.room}-${system.env.AIP_TEST_CANARY}\n[device.metadata]\nroom = \"a ; b\"\n"
        "literal = $${x}\nnode = ${system.nodeName}\nfar = ${client.id}\n");
    EXPECT_THAT(text, AllOf(HasSubstr("\nclient.id = \"a ; b\"-${system.env.AIP_TEST_CANARY}  ["),
                            HasSubstr("\ndevice.metadata.literal = $${x}  ["), Not(HasSubstr("nodeName")),
                            HasSubstr("\ndevice.metadata.far = \"a ; b\"-${system.env.AIP_TEST_CANARY}  [")));
    EXPECT_THAT(text, Not(HasSubstr("canary")));
}

TEST_F(ConfigListing, masksSecrets) {
    const auto text = list(
        "[server]\ntoken = ${system.env.AIP_TEST_CANARY}\ntoken_in = header\n[device.metadata]\nasset_Key = canary\n"
        "note = ${plugin.mail.pin}\n[plugin.mail]\npin = canary\nhost = "
        "smtp://user:can/c?a,nary@host/?a=b&token=can,ary\n"
        "api_key = canary\nauth_Token = canary\ndb = ${plugin.mail.api_key}\n");
    EXPECT_THAT(text, AllOf(HasSubstr("\nserver.token = ***  ["), HasSubstr("\nserver.token_in = header  ["),
                            HasSubstr("\ndevice.metadata.asset_Key = ***  ["),
                            HasSubstr("\ndevice.metadata.note = ***  ["), HasSubstr("\nplugin.mail.pin = ***  ["),
                            HasSubstr("\nplugin.mail.host = smtp://***@host/?a=b&token=***  ["),
                            HasSubstr("\nplugin.mail.api_key = ***  ["), HasSubstr("\nplugin.mail.auth_Token = ***  ["),
                            HasSubstr("\nplugin.mail.db = ***  [")));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("canary")), Not(HasSubstr("nary@")), Not(HasSubstr("ary  ["))));
}

TEST_F(ConfigListing, masksByTheNameOfTheKeyAndByTheContent) {
    _installation.add("web", R"({"type":"object","properties":{"dsn":{"type":"string"},"url":{"type":"string"},
"hosts":{"type":"array","items":{"type":"string"}},"db":{"type":"string"},"rules":{"type":"object"}}})");
    const auto text = list(
        "[plugin.web]\ndsn = canary\nurl = https://h/c?sv=1&sig=canary\nhosts = https://u:canary@h1, "
        "u:canary@h3\n"
        "db = host=h password=canary\nrules = {\"apiKey\":\"canary\"}\n[device.metadata]\nback = ${plugin.web.url}\n");
    EXPECT_THAT(
        text, AllOf(HasSubstr("\nplugin.web.dsn = ***  ["), HasSubstr("\nplugin.web.url = https://h/c?sv=1&sig=***  ["),
                    HasSubstr("\nplugin.web.db = host=h password=***  ["),
                    HasSubstr("\nplugin.web.rules = {\"apiKey\":\"***\"}  ["),
                    HasSubstr("\ndevice.metadata.back = https://h/c?sv=1&sig=***  ["), Not(HasSubstr("canary"))));
}

TEST_F(ConfigListing, masksWhatIsWrong) {
    for (const std::string proxy : {"http://user:canary@proxy:3128", "user:canary@proxy:3128", "canary@x@proxy",
                                    "http://user:can/?#canary, canary@proxy"}) {
        const auto text = list("[connection]\nhttp_proxy = " + proxy + "\n[server]\nurl = ws://h/ws?token=canary\n");
        EXPECT_THAT(text, AllOf(HasSubstr("***@proxy"), HasSubstr("token=***"), Not(HasSubstr("canary")))) << proxy;
    }
    EXPECT_THAT(
        list("[log]\nlevel = loud\n[plugin.mail]\nhost = canary\n[plugin.unknown]\nx = canary\n"),
        AllOf(HasSubstr("\nlog.level = loud  ["), HasSubstr("\nplugin.mail.host = ***"), Not(HasSubstr("canary"))));
}

TEST_F(ConfigListing, knowsWhatItHides) {
    const std::string ini =
        "[client]\nid = laboratory\n[plugin.mail]\npin = my pin-code, twice\nhost = "
        "https://user:passphrase@h/x?sig=signature\n"
        "api_key = ${system.env.AIP_TEST_CANARY}-${client.id}\n";
    _folder.write("a.ini", ini);
    const SettingsRequest request{{_folder / "a.ini"}, {_installation.definition()}};
    const auto settings = readSettings(request);
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_THAT(hiddenTexts(request, &*settings),
                testing::UnorderedElementsAre("canary", "canary-laboratory", "my pin-code, twice", "pin-code", "//user",
                                              "passphrase", "signature"));
}

TEST_F(ConfigListing, endsWhereReferencesGoRound) {
    EXPECT_THAT(list("[device.metadata]\na = ${device.metadata.b}\nb = x${device.metadata.a}\nc = ${\n"),
                HasSubstr("\ndevice.metadata.c = ${  ["));
}

}  // namespace
}  // namespace aip::app
