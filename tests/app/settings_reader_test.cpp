#include "app/settings_reader.h"

#include "admission/settings_json.h"
#include "app/sample.h"
#include "app/setting_keys.h"
#include "app/setting_table.h"
#include "tests/app/installation.h"
#include "tests/app/settings_reader_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <tuple>

namespace aip::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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
    EXPECT_EQ(errorIn(GetParam().ini), _folder / "a.ini" + ":" + GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Ini, Mistakes,
    testing::Values(
        Mistake{"unknown", "[server]\nurll = ws://x/ws\n", "2: unknown key 'server.urll'; did you mean 'server.url'?"},
        Mistake{"farFromAny", "[x]\nyyyyyyyyyyyyyyy = 1\n", "2: unknown key 'x.yyyyyyyyyyyyyyy'"},
        Mistake{"inAnotherSection", "[server]\nallow = shell\n",
                "2: unknown key 'server.allow'; did you mean 'plugins.allow'?"},
        Mistake{"inOtherSections", "[some_section_far_from_any]\nmax_file_size = 1\n",
                "2: unknown key 'some_section_far_from_any.max_file_size'; did you mean 'transfer.max_file_size' or "
                "'audit.max_file_size' or 'log.max_file_size'?"},
        Mistake{"nameless", "[server]\n= 1\n", "2: no key before the ="},
        Mistake{"value", "[connection]\nmax_retries = many\n",
                "2: key 'connection.max_retries': 'many' is not a number"},
        Mistake{"notSet", "[client]\nid = ${system.env.AIP_TEST_NONE}\n",
                "2: key 'client.id': ${system.env.AIP_TEST_NONE} is not set"},
        Mistake{"circle", "[client]\nid = a-${client.id}\n", "2: key 'client.id': ${client.id} leads back to this key"},
        Mistake{"profileKey", "[profile.p]\nagents = A\n",
                "2: unknown key 'profile.p.agents'; did you mean 'profile.p.agent'?"},
        Mistake{"enabled", "[plugin.shell]\nenabled = perhaps\n",
                "2: key 'plugin.shell.enabled': 'perhaps' is none of true, false, yes, no, on, off"},
        Mistake{"itemOfAPlugin", "[plugin.shell]\npaths = \"/a\", \"${nope}\"\n",
                "2: key 'plugin.shell.paths': ${nope} is not set"},
        Mistake{"quoteOfAPlugin", "[plugin.shell]\npaths = '/a', '/it''s'\n",
                "2: key 'plugin.shell.paths': text after the closing quote"},
        Mistake{"load", "[plugin.shell]\nload = late\n", "2: key 'plugin.shell.load': 'late' is none of lazy, start"},
        Mistake{"pin", "[plugin.shell]\nsha256 = 12\n",
                "2: key 'plugin.shell.sha256': '12' is not a SHA-256: 64 digits 0-9a-f, as sha256sum prints them"},
        Mistake{"perPlugin", "[plugin.shell]\nfile_limit = -1\n",
                "2: key 'plugin.shell.file_limit': -1 is out of range: 0 to 1048576"}),
    [](const auto& each) { return each.param.name; });

TEST_F(SettingsReader, wantsAFileThatItCanRead) {
    EXPECT_EQ(readSettings({{"/none/a.ini"}, {}}).error().text(), "/none/a.ini: No such file or directory");
    EXPECT_THAT(errorIn("", "a.yaml"), HasSubstr("a configuration file ends in .ini or .xml"));
    EXPECT_THAT(errorIn("<aip-agent><server>", "a.xml"), HasSubstr("a.xml:1: "));
    EXPECT_THAT(errorIn("<aip-agent><client><id>${[system.nodeName}</id></client></aip-agent>", "a.xml"),
                HasSubstr("a.xml:1: key 'client.id': ${[system.nodeName} is not set"));
}

TEST_F(SettingsReader, findsOfEverySettingWhatStandsInIniOrXml) {
    for (const auto& row : settingTable()) {
        const std::string key = row.key;
        const auto dot = key.find('.');
        const std::string section = key.substr(0, dot);
        const std::string name = key.substr(dot + 1);
        const std::string ini = "[" + section + "]\n" + name + " = " + row.defaultValue + "\n";
        const std::string xml = "<aip-agent><" + section + "><" + name + ">" + row.defaultValue + "</" + name + "></" +
                                section + "></aip-agent>";
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
    for (const std::string definition : {"client.id", "", "profile.x y.agent"}) {
        EXPECT_THAT(readSettings({{}, {definition}}).error().text(), HasSubstr("is not of the form key=value"));
    }
    for (const std::string definition : {"=x", "client..id=x", "client id=x", "profile.x y.agent=*"}) {
        EXPECT_EQ(
            readSettings({{}, {definition}}).error().text(),
            "command line: '" + definition.substr(0, definition.find('=')) + "' is not a name that a key may have");
    }
    EXPECT_EQ(readSettings({{}, {"device.metadata.a\u200bb=x"}}).error().text(),
              "command line: 'device.metadata.a\\u200bb' is not a name that a key may have: it holds U+200B");
    for (const std::string key : {"device.metadata.caf\xe9", "client.id\xff", "\xc3"}) {
        EXPECT_THAT(readSettings({{}, {key + "=x"}}).error().text(),
                    HasSubstr("is not a name that a key may have: not valid UTF-8"));
    }
    EXPECT_EQ(readSettings({{}, {"client.idd=x"}}).error().text(),
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
    EXPECT_EQ(profiles[0].agent, execution::anyAgent);
    EXPECT_EQ(profiles[0].root, execution::defaultRoot);
    EXPECT_TRUE(profiles[0].everything);
    EXPECT_FALSE(settings("[profile.p]\nagent = A\n").profiles.at(0).everything);
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
    EXPECT_EQ(errorIn("[profile.p]\nroot = r\n"), _folder / "a.ini" + ":2: profile.p.agent is missing");
}

TEST_F(SettingsReader, givesAPluginWhatItHasOfItsOwn) {
    const std::string hash(64, 'a');
    const Settings read = settings("[plugin.one]\nenabled = false\nload = start\nsha256 = " + hash +
                                   "\nx = 1\n[plugin.two]\nload = lazy\n");
    EXPECT_FALSE(read.discovery.plugins.at("one").enabled);
    EXPECT_EQ(read.discovery.plugins.at("one").sha256, hash);
    EXPECT_EQ(read.discovery.plugins.at("one").values.size(), 1U);
    EXPECT_EQ(*read.discovery.plugins.at("one").values.at("x").one, "1");
    EXPECT_TRUE(read.discovery.plugins.at("two").enabled);
    EXPECT_THAT(read.startedAtOnce, ElementsAre("one"));
    EXPECT_THAT(read.slots, IsEmpty());
}

constexpr const char* hostsSchema = R"({"type":"object","properties":{
"hosts":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"port":{"type":"integer"}}}},
"limits":{"type":"object","properties":{"cpu":{"type":"number"},"on":{"type":"boolean"}}}}})";

/// What start() of the plugin "lab.x" gets.
std::string configOf(const Settings& settings) {
    const auto plugin = settings.discovery.plugins.find("lab.x");
    if (plugin == settings.discovery.plugins.end()) {
        return "no section [plugin.lab.x]";
    }
    const auto json = admission::settingsJson(hostsSchema, plugin->second.values);
    return json ? *json : json.error().text();
}

/// Sections of parts, elements of parts and one line of JSON say the same.
TEST_F(SettingsReader, takesListsOfObjectsAndMapsInParts) {
    const tests::Installation installed;
    installed.add("lab.x", hostsSchema);
    installed.add("lab");
    const std::vector<std::string> there{installed.definition()};
    const std::string expected =
        R"({"hosts":[{"name":"a","port":1},{"name":"b","port":2}],"limits":{"cpu":0.5,"on":true}})";
    const std::string start = "[plugin.lab.x]\nisolation = per_call\n";
    for (const char* parts :
         {R"(hosts = [{"name":"a","port":1},{"name":"b","port":2}])"
          "\nlimits = {\"cpu\":0.5,\"on\":true}\n",
          "hosts.0.name = a\nhosts.0.port = 1\nhosts.1.name = b\nhosts.1.port = 2\nlimits.cpu = 0.5\nlimits.on = yes\n",
          "[plugin.lab.x.hosts.0]\nname = a\nport = 1\n[plugin.lab.x.hosts.1]\nname = b\nport = 2\n"
          "[plugin.lab.x.limits]\ncpu = 500ms\non = true\n"}) {
        const Settings read = settings(start + std::string(parts), there);
        EXPECT_EQ(configOf(read), expected);
        EXPECT_EQ(read.slots.at("lab.x").isolation, plugins::Isolation::perCall);
        EXPECT_THAT(read.findings.report(), Not(HasSubstr("lab.x")));
    }
    const auto xml = read(
        "<aip-agent><plugin><lab.x><hosts><_0><name>a</name><port>1</port></_0><_1><name>b</name><port>2</port></_1></"
        "hosts>"
        "<limits><cpu>0.5</cpu><on>on</on></limits></lab.x></plugin></aip-agent>",
        there, "a.xml");
    ASSERT_TRUE(xml) << xml.error().text();
    EXPECT_EQ(configOf(*xml), expected);
}

TEST_F(SettingsReader, findsWhatIsWrongInAPart) {
    const tests::Installation installed;
    installed.add("lab.x", hostsSchema);
    const Settings read = settings(
        "[plugin.lab.x.hosts.0]\nname = a\nport = x\n[plugin.lab.x.hosts.2]\nname = c\n[plugin.lab.x.limits]\ncpu = "
        "1\n",
        {installed.definition()});
    EXPECT_THAT(read.findings.report(), HasSubstr(":2: key 'plugin.lab.x.hosts'"));
    const Settings other = settings("[plugin.lab.x.hosts.0]\nname = a\nport = x\n", {installed.definition()});
    EXPECT_THAT(other.findings.report(), HasSubstr(":3: key 'plugin.lab.x.hosts.0.port': \"x\" is not an integer"));
}

TEST(PluginKeys, belongToTheLongestIdThatIsInstalled) {
    const std::vector<std::string> installed{"lab", "lab.x", "lab.xy"};
    for (const auto& [key, id, name] :
         {std::tuple("plugin.lab.x.hosts.0.name", "lab.x", "hosts.0.name"),
          std::tuple("plugin.lab.limits.cpu", "lab", "limits.cpu"), std::tuple("plugin.lab.x", "lab", "x"),
          std::tuple("plugin.other.enabled", "other", "enabled"),
          std::tuple("plugin.com.other.enabled", "com.other", "enabled"),
          std::tuple("plugin.com.other.hosts.0.name", "com.other", "hosts.0.name"),
          std::tuple("plugin.other.0", "other", "0")}) {
        const PluginKey found = pluginKey(key, installed);
        EXPECT_EQ(found.id, id) << key;
        EXPECT_EQ(found.name, name) << key;
    }
}

TEST_F(SettingsReader, putsAPluginsOwnSettingsOverThoseOfAll) {
    const Settings read = settings(
        "[plugin.one]\nisolation = per_call\nfile_limit = 70\n"
        "[plugins]\nfile_limit = 80\ncpu_limit = 9\n");
    EXPECT_EQ(read.slot.process.limits.files, 80U);
    EXPECT_EQ(read.slot.isolation, plugins::Isolation::process);
    const auto& one = read.slots.at("one");
    EXPECT_EQ(one.isolation, plugins::Isolation::perCall);
    EXPECT_EQ(one.process.limits.files, 70U);
    EXPECT_EQ(one.process.limits.cpuSeconds, 9U);
    EXPECT_EQ(one.process.limits.memory, read.slot.process.limits.memory);
    EXPECT_THAT(read.discovery.plugins.at("one").values, IsEmpty());
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
        EXPECT_EQ(read.discovery.plugins.at("one").values.contains(name), row.scope() != Scope::plugin) << key;
    }
}

TEST_F(SettingsReader, wantsSettingsThatFitTogether) {
    EXPECT_EQ(errorIn("[transfer]\nreceive = true\n"),
              _folder / "a.ini" + ":2: transfer.receive = true needs a folder in transfer.inbox");
    EXPECT_EQ(errorIn("[plugins]\ntrust = signed\n"),
              _folder / "a.ini" + ":2: plugins.trust = signed needs a key in plugins.trusted_keys");
    EXPECT_THAT(errorIn("[server]\nurl = ws://192.0.2.1/ws\n"), HasSubstr("server.allow_plaintext=true"));
    EXPECT_EQ(settings("[connection]\nmax_message_size = 65536\n").session.transfer.chunkSize, 65'536U);
}

TEST_F(SettingsReader, saysAllThatIsWrongAtOnce) {
    EXPECT_EQ(errorIn("[server]\nurl = http://x\n[clint]\nid = 1\n[log\nlevel = info\n[log]\nlevel = loud\n"),
              _folder / "a.ini" + ":5: the section has no closing ]\n" + (_folder / "a.ini") +
                  ":4: unknown key 'clint.id'; did you mean 'client.id'?\n" + (_folder / "a.ini") +
                  ":8: key 'log.level': 'loud' is none of trace, debug, info, warn, error, off\n" +
                  (_folder / "a.ini") + ":2: key 'server.url': 'http://x' does not begin with ws:// or wss://");
}

TEST_F(SettingsReader, wantsAServerIfThereIsToBeOne) {
    EXPECT_THAT(readSettings({{}, {}, true}).error().text(), HasSubstr("server.url is not set"));
    EXPECT_THAT(readSettings({{}, {"server.url="}, true}).error().text(), HasSubstr("server.url is not set"));
    EXPECT_TRUE(readSettings({{}, {"server.url=ws://127.0.0.1:1/"}, true}));
    EXPECT_TRUE(readSettings({}));
}

TEST_F(SettingsReader, missesNothingThatAnUnreadableFileMayHold) {
    for (const auto& [name, content] : {std::pair{"a.xml", "<aip-agent><server>"}, std::pair{"a.yaml", ""}}) {
        tests::writeFile(_folder / name, content);
        EXPECT_THAT(readSettings({{_folder / name}, {}, true}).error().text(), Not(HasSubstr("server.url")));
    }
    EXPECT_THAT(readSettings({{"/none/a.ini"}, {}, true}).error().text(), Not(HasSubstr("server.url")));
}

TEST_F(SettingsReader, readsQuotesAlikeWhereverTheyAreWritten) {
    for (const Settings& read : {settings("[client]\nid = \"a ; b\"\n"), settings("", {"client.id=\"a ; b\""})}) {
        EXPECT_EQ(read.session.clientId, "a ; b");
    }
    const auto xml = read("<aip-agent><client><id> \"a ; b\" </id></client></aip-agent>", {}, "a.xml");
    ASSERT_TRUE(xml) << xml.error().text();
    EXPECT_EQ(xml->session.clientId, "a ; b");
    const Settings lists = settings("[plugin.p]\nx = \"/a,b\", /c\n[plugins]\nallow = 'p', q\n");
    EXPECT_THAT(*lists.discovery.plugins.at("p").values.at("x").list, ElementsAre("/a,b", "/c"));
    EXPECT_THAT(lists.discovery.allowed, ElementsAre("p", "q"));
}

TEST_F(SettingsReader, changesNothingInWhatTheEnvironmentHolds) {
    constexpr const char* variable = "AIP_TEST_ODD";
    for (const char* odd : {"a\x01"
                            "b",
                            "$\x01{system.nodeName}",
                            "a\x02"
                            "b",
                            "\x7f"}) {
        ::setenv(variable, odd, 1);
        EXPECT_THAT(errorIn("[client]\nid = ${system.env.AIP_TEST_ODD}\n"), HasSubstr("holds a control character"))
            << odd;
    }
    ::unsetenv(variable);
}

TEST_F(SettingsReader, tellsAChainOfReferencesThatIsTooLongFromACircle) {
    std::string chain = "[device.metadata]\nk0 = x\n";
    for (int i = 1; i < 20; ++i) {
        chain += "k" + std::to_string(i) + " = ${device.metadata.k" + std::to_string(i - 1) + "}\n";
    }
    EXPECT_THAT(errorIn(chain), HasSubstr("${device.metadata.k18} is nested too deeply"));
    EXPECT_THAT(errorIn(chain), Not(HasSubstr("leads back")));
    EXPECT_THAT(errorIn("[device.metadata]\na = ${device.metadata.b}\nb = ${device.metadata.a}\n"),
                HasSubstr("${device.metadata.b} leads back to this key"));
}

TEST_F(SettingsReader, findsDefaultsByReferences) {
    const Settings read = settings(
        "[device.metadata]\na = ${client.id}\nb = ${log.level}/${connection.max_retries}\nc = \"${server.ca_file}\"\n"
        "[plugin.p]\nx = ${plugins.memory_limit}\n[log]\nfile = /var/log/${client.id}.log\n");
    EXPECT_EQ(read.customMetadata.at("a"), read.session.clientId);
    EXPECT_FALSE(read.session.clientId.empty());
    EXPECT_EQ(read.customMetadata.at("b"), "info/0");
    EXPECT_EQ(read.customMetadata.at("c"), "");
    EXPECT_EQ(*read.discovery.plugins.at("p").values.at("x").one, "1073741824");
    EXPECT_EQ(read.log.file, "/var/log/" + read.session.clientId + ".log");
    EXPECT_EQ(settings("[client]\nid = own\n[device.metadata]\na = ${client.id}\n").customMetadata.at("a"), "own");
    for (const std::string name :
         {"plugin.shell.output_limit", "profile.linux.agent", "device.metadata.a", "client.idd"}) {
        EXPECT_THAT(errorIn("[client]\nplatform = ${" + name + "}\n"), HasSubstr("${" + name + "} is not set"));
    }
}

TEST_F(SettingsReader, boundsWhatReferencesStandFor) {
    std::string many = "[device.metadata]\nk0 = aaaaaaaaaaaaaaaa\n";
    std::string nothing = "[device.metadata]\nk0 =\n";
    for (int i = 1; i < 10; ++i) {
        std::string tenfold;
        for (int j = 0; j < 10; ++j) {
            tenfold += "${device.metadata.k" + std::to_string(i - 1) + "}";
        }
        many += "k" + std::to_string(i) + " = " + tenfold + "\n";
        nothing += "k" + std::to_string(i) + " = " + tenfold + "\n";
    }
    EXPECT_THAT(errorIn(many), HasSubstr("stand for more than 16 MiB"));
    EXPECT_THAT(errorIn(nothing), HasSubstr("stand for more than 16 MiB"));
}

TEST_F(SettingsReader, takesWhatTheSystemSaysAsText) {
    ::setenv("AIP_TEST_VALUE", "${client.id} and ${none}", 1);
    EXPECT_EQ(settings("[device.metadata]\na = ${system.env.AIP_TEST_VALUE}\n").customMetadata.at("a"),
              "${client.id} and ${none}");
    ::unsetenv("AIP_TEST_VALUE");
}

TEST_F(SettingsReader, keepsWhatAReferenceGivesAsItIs) {
    ::setenv("AIP_TEST_VALUE", "a \"b\" ; c", 1);
    const Settings read = settings(
        "[device.metadata]\na = ${system.env.AIP_TEST_VALUE}\nb = \"x ; ${device.metadata.a}\"\n"
        "c = $${x}\nd = ${device.metadata.c}\n");
    ::unsetenv("AIP_TEST_VALUE");
    EXPECT_EQ(read.customMetadata.at("a"), "a \"b\" ; c");
    EXPECT_EQ(read.customMetadata.at("b"), "x ; a \"b\" ; c");
    EXPECT_EQ(read.customMetadata.at("c"), "${x}");
    EXPECT_EQ(read.customMetadata.at("d"), "${x}");
}

TEST_F(SettingsReader, takesNoTextThatCannotGoToTheServer) {
    EXPECT_THAT(errorIn("[device.metadata]\nlocation = caf\xE9\n"), HasSubstr("a.ini:2: not valid UTF-8"));
    ::setenv("AIP_TEST_VALUE", "caf\xE9", 1);
    EXPECT_THAT(errorIn("[device.metadata]\nlocation = ${system.env.AIP_TEST_VALUE}\n"), HasSubstr("not valid UTF-8"));
    EXPECT_THAT(errorIn("[client]\nid = ${system.env.AIP_TEST_VALUE}\n"), HasSubstr("not valid UTF-8"));
    ::unsetenv("AIP_TEST_VALUE");
}

TEST_F(SettingsReader, endsWhenItIsGivenUp) {
    tests::writeFile(_folder / "a.ini", "[client]\nid = dev\n");
    EXPECT_FALSE(readSettings({{_folder / "a.ini"}, {}, false, true, [] { return true; }}));
}

}  // namespace
}  // namespace aip::app
