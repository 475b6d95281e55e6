#include "app/settings_reader.h"

#include "app/sample.h"
#include "app/setting_table.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SettingsReader : public testing::Test {
  protected:
    /// What is wrong with a file of this content; empty: nothing.
    std::string errorIn(const std::string& content, const std::string& name = "a.ini") {
        const auto settings = read(content, {}, name);
        return settings ? "" : settings.error().text();
    }

    base::Result<Settings> read(const std::string& content, const std::vector<std::string>& definitions = {},
                                const std::string& name = "a.ini") {
        tests::writeFile(_folder / name, content);
        return readSettings(_folder / name, definitions);
    }

    Settings settings(const std::string& content, const std::vector<std::string>& definitions = {}) {
        auto done = read(content, definitions);
        EXPECT_TRUE(done) << done.error().text();
        return done ? *std::move(done) : Settings();
    }

    const tests::TemporaryFolder _folder;
};

struct Mistake {
    const char* name;
    const char* ini;
    const char* error;
};

std::ostream& operator<<(std::ostream& out, const Mistake& row) {
    return out << row.name;
}

class Mistakes : public SettingsReader, public testing::WithParamInterface<Mistake> {};

TEST_P(Mistakes, nameTheFileAndTheKey) {
    EXPECT_EQ(errorIn(GetParam().ini), _folder / "a.ini" + ": " + GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Ini, Mistakes,
    testing::Values(
        Mistake{"unknown", "[server]\nurll = ws://x/ws\n", "unknown key 'server.urll'; did you mean 'server.url'?"},
        Mistake{"farFromAny", "[x]\nyyyyyyyyyyyyyyy = 1\n", "unknown key 'x.yyyyyyyyyyyyyyy'"},
        Mistake{"nameless", "[server]\n= 1\n", "unknown key 'server.'; did you mean 'server.url'?"},
        Mistake{"value", "[connection]\nmax_retries = many\n", "key 'connection.max_retries': 'many' is not a number"},
        Mistake{"notSet", "[client]\nid = ${system.env.AIP_TEST_NONE}\n",
                "key 'client.id': ${system.env.AIP_TEST_NONE} is not set"},
        Mistake{"circle", "[client]\nid = ${log.file}\n[log]\nfile = ${client.id}\n",
                "key 'client.id': ${log.file} leads back to this key"},
        Mistake{"profileKey", "[profile.p]\nagents = A\n",
                "unknown key 'profile.p.agents'; did you mean 'profile.p.agent'?"},
        Mistake{"enabled", "[plugin.shell]\nenabled = perhaps\n",
                "key 'plugin.shell.enabled': 'perhaps' is none of true, false"},
        Mistake{"load", "[plugin.shell]\nload = late\n", "key 'plugin.shell.load': 'late' is none of lazy, start"},
        Mistake{"pin", "[plugin.shell]\nsha256 = 12\n",
                "key 'plugin.shell.sha256': '12' is no SHA-256: 64 digits 0-9a-f, as sha256sum prints them"},
        Mistake{"perPlugin", "[plugin.shell]\nfile_limit = -1\n",
                "key 'plugin.shell.file_limit': -1 is out of range: 0 to 1048576"}),
    [](const auto& each) { return each.param.name; });

TEST_F(SettingsReader, wantsAFileThatItCanRead) {
    EXPECT_EQ(readSettings("/none/a.ini", {}).error().text(), "/none/a.ini: cannot be opened");
    EXPECT_THAT(errorIn("", "a.yaml"), HasSubstr("a configuration file ends in .ini or .xml"));
    EXPECT_THAT(errorIn("<config><server>", "a.xml"), HasSubstr("a.xml: "));
    EXPECT_THAT(errorIn("<config><client><id>${[system.nodeName}</id></client></config>", "a.xml"),
                HasSubstr("a.xml: key 'client.id': ${[system.nodeName} is not a valid reference"));
}

TEST_F(SettingsReader, findsOfEverySettingWhatStandsInIniOrXml) {
    for (const auto& row : settingTable()) {
        const std::string key = row.key;
        const auto dot = key.find('.');
        const std::string section = key.substr(0, dot);
        const std::string name = key.substr(dot + 1);
        const std::string ini = "[" + section + "]\n" + name + " = " + row.defaultValue + "\n";
        const std::string xml =
            "<a><" + section + "><" + name + ">" + row.defaultValue + "</" + name + "></" + section + "></a>";
        for (const auto& [content, file] : {std::pair{ini, "a.ini"}, std::pair{xml, "a.xml"}}) {
            const auto read = this->read(content, {}, file);
            ASSERT_TRUE(read) << read.error().text();
            EXPECT_EQ(read->rawValues, (std::map<std::string, std::string>{{row.key, row.defaultValue}}));
        }
    }
}

TEST_F(SettingsReader, takesItsOwnSample) {
    EXPECT_EQ(errorIn(sampleIni(), "a.ini"), "");
    EXPECT_EQ(errorIn(sampleXml(), "a.xml"), "");
}

TEST_F(SettingsReader, letsTheCommandLineWin) {
    const Settings read = settings("[client]\nid = file\n[connection]\nmax_retries = 3\n", {"client.id=line=1"});
    EXPECT_EQ(read.session.clientId, "line=1");
    EXPECT_EQ(read.session.maxRetries, 3U);
}

TEST_F(SettingsReader, wantsKeyAndValueOnTheCommandLine) {
    for (const std::string definition : {"client.id", "=x", ""}) {
        EXPECT_THAT(readSettings("", {definition}).error().text(), HasSubstr("is not of the form key=value"));
    }
    EXPECT_EQ(readSettings("", {"client.idd=x"}).error().text(),
              "command line: unknown key 'client.idd'; did you mean 'client.id'?");
}

TEST_F(SettingsReader, resolvesReferencesAndKeepsWhatWasWritten) {
    const Settings read = settings("[client]\nid = ${device.metadata.room}-1\n[device.metadata]\nroom = lab\n");
    EXPECT_EQ(read.session.clientId, "lab-1");
    EXPECT_EQ(read.rawValues.at("client.id"), "${device.metadata.room}-1");
    EXPECT_EQ(read.customMetadata, (std::map<std::string, std::string>{{"room", "lab"}}));
}

TEST_F(SettingsReader, hasOneProfileWhereNoneIsGiven) {
    const auto profiles = settings("").profiles;
    ASSERT_EQ(profiles.size(), 1U);
    EXPECT_EQ(profiles[0].agent, "LinuxAgent");
    EXPECT_EQ(profiles[0].root, execution::defaultRoot);
    EXPECT_THAT(profiles[0].actions, ElementsAre("BashExecutor"));
    EXPECT_THAT(profiles[0].dataCollections, IsEmpty());
}

TEST_F(SettingsReader, takesProfilesInTheOrderOfTheirNames) {
    const auto profiles = settings(
                              "[profile.b]\nagent = B\nroot = r\naction = x, y\ndata_collection = z\n"
                              "[profile.a.more]\nagent = A\n")
                              .profiles;
    ASSERT_EQ(profiles.size(), 2U);
    EXPECT_EQ(profiles[0].agent, "A");
    EXPECT_THAT(profiles[0].actions, IsEmpty());
    EXPECT_EQ(profiles[1].root, "r");
    EXPECT_THAT(profiles[1].actions, ElementsAre("x", "y"));
    EXPECT_THAT(profiles[1].dataCollections, ElementsAre("z"));
}

TEST_F(SettingsReader, wantsAnAgentInEachProfile) {
    EXPECT_EQ(errorIn("[profile.p]\nroot = r\n"), "profile.p.agent is missing");
}

TEST_F(SettingsReader, givesAPluginWhatItHasOfItsOwn) {
    const std::string hash(64, 'a');
    const Settings read = settings("[plugin.one]\nenabled = false\nload = start\nsha256 = " + hash +
                                   "\nx = 1\n[plugin.two]\nload = lazy\n");
    EXPECT_FALSE(read.registry.plugins.at("one").enabled);
    EXPECT_EQ(read.registry.plugins.at("one").sha256, hash);
    EXPECT_EQ(read.registry.plugins.at("one").values, (std::map<std::string, std::string>{{"x", "1"}}));
    EXPECT_TRUE(read.registry.plugins.at("two").enabled);
    EXPECT_THAT(read.startedAtOnce, ElementsAre("one"));
    EXPECT_THAT(read.slots, IsEmpty());
}

TEST_F(SettingsReader, putsAPluginsOwnSettingsOverThoseOfAll) {
    const Settings read = settings(
        "[plugin.one]\nisolation = per_call\nfile_limit = 7\n"
        "[plugins]\nfile_limit = 8\ncpu_limit = 9\n");
    EXPECT_EQ(read.slot.process.limits.files, 8U);
    EXPECT_EQ(read.slot.isolation, plugins::Isolation::process);
    const auto& one = read.slots.at("one");
    EXPECT_EQ(one.isolation, plugins::Isolation::perCall);
    EXPECT_EQ(one.process.limits.files, 7U);
    EXPECT_EQ(one.process.limits.cpuSeconds, 9U);
    EXPECT_EQ(one.process.limits.memory, read.slot.process.limits.memory);
    EXPECT_THAT(read.registry.plugins.at("one").values, IsEmpty());
}

TEST_F(SettingsReader, leavesWhatIsNotPerPluginToThePlugin) {
    for (const auto& row : settingTable()) {
        const std::string key = row.key;
        if (!key.starts_with("plugins.")) {
            continue;
        }
        const std::string name = key.substr(key.find('.') + 1);
        const Settings read = settings("[plugin.one]\n" + name + " = " + row.defaultValue + "\n");
        EXPECT_EQ(read.slots.contains("one"), row.scope() == Scope::plugin) << key;
        EXPECT_EQ(read.registry.plugins.at("one").values.contains(name), row.scope() != Scope::plugin) << key;
    }
}

TEST_F(SettingsReader, wantsSettingsThatFitTogether) {
    EXPECT_EQ(errorIn("[transfer]\nreceive = true\n"), "transfer.receive = true needs a folder in transfer.inbox");
    EXPECT_EQ(errorIn("[plugins]\ntrust = signed\n"), "plugins.trust = signed needs a key in plugins.trusted_keys");
    EXPECT_THAT(errorIn("[server]\nurl = ws://192.0.2.1/ws\n"), HasSubstr("server.allow_plaintext=true"));
    EXPECT_EQ(settings("[connection]\nmax_message_size = 65536\n").session.transfer.chunkSize, 65'536U);
}

}  // namespace
}  // namespace aip::app
