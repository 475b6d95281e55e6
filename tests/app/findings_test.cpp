// What is wrong or has no effect in the settings, beside errors in values.

#include "app/settings_reader.h"
#include "tests/app/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* schema = R"({"type":"object","additionalProperties":false,"properties":{
"limit":{"type":"integer","maximum":9},"paths":{"type":"array","items":{"type":"string"}}}})";

class SettingFindings : public testing::Test {
  protected:
    SettingFindings() {
        _installation.add("shell", schema);
        _installation.add("camera");
    }

    /// All that is found: "finding: a.ini:2: ...".
    std::string report(const std::string& ini, std::vector<std::string> definitions = {}) {
        _folder.write("a.ini", ini);
        definitions.insert(definitions.begin(), _installation.definition());
        const auto settings = readSettings({{_folder / "a.ini"}, definitions});
        std::string text = settings ? settings->findings.report() : settings.error().report();
        for (auto at = text.find(_folder / ""); at != std::string::npos; at = text.find(_folder / "")) {
            text.erase(at, (_folder / "").size());
        }
        return text;
    }

    const tests::TemporaryFolder _folder;
    const tests::Installation _installation;
};

struct FindingRow {
    const char* name;
    const char* ini;
    const char* report;
};

std::ostream& operator<<(std::ostream& out, const FindingRow& row) {
    return out << row.name;
}

class FindingRows : public SettingFindings, public testing::WithParamInterface<FindingRow> {};

TEST_P(FindingRows, haveFileLineAndCure) {
    EXPECT_EQ(report(GetParam().ini), GetParam().report);
}

INSTANTIATE_TEST_SUITE_P(
    Written, FindingRows,
    testing::Values(
        FindingRow{"nothing", "[plugin.shell]\nlimit = 3\npaths = a, b\nenabled = yes\n", ""},
        FindingRow{"nearNamesake", "[plugin.shel]\nenabled = false\n",
                   "error: a.ini:2: [plugin.shel] has no effect: no such plugin is installed; did you mean "
                   "[plugin.shell]?\n"},
        FindingRow{"notInstalled", "[plugin.backup]\nenabled = false\n",
                   "finding: a.ini:2: [plugin.backup] has no effect: no such plugin is installed\n"},
        FindingRow{"pluginValues", "[plugin.shell]\nlimit = many\nlimits = 3\n[plugin.camera]\nmode = x\n",
                   "finding: a.ini:5: key 'plugin.camera.mode': unknown key 'mode': the plugin takes no settings; the "
                   "plugin is refused\n"
                   "finding: a.ini:2: key 'plugin.shell.limit': \"many\" is not an integer; the plugin is refused\n"
                   "finding: a.ini:3: key 'plugin.shell.limits': unknown key 'limits'; did you mean 'limit'?; the "
                   "plugin is refused\n"},
        FindingRow{"allow", "[plugins]\nallow = shell, camra\norder = x-ray\n",
                   "finding: a.ini:2: key 'plugins.allow': no plugin 'camra' is installed; did you mean 'camera'?\n"
                   "finding: a.ini:3: key 'plugins.order': no plugin 'x-ray' is installed\n"},
        FindingRow{"log", "[log]\nfile = /dev/null/agent.log\n",
                   "finding: a.ini:2: key 'log.file': cannot be written: /dev/null: not a folder\n"},
        FindingRow{"logIsAFolder", "[log]\nfile = /tmp\n",
                   "finding: a.ini:2: key 'log.file': cannot be written: /tmp: is a folder\n"},
        FindingRow{"inbox", "[transfer]\nreceive = true\ninbox = /dev/null/inbox\n",
                   "finding: a.ini:3: key 'transfer.inbox': cannot be written: /dev/null: not a folder\n"},
        FindingRow{"idle", "[transfer]\ninbox = /srv\n[log]\nmax_files = 7\n[plugins]\ntrusted_keys =\n",
                   "finding: a.ini:2: key 'transfer.inbox': has no effect: transfer.receive is false\n"
                   "finding: a.ini:4: key 'log.max_files': has no effect: log.file is not set\n"},
        FindingRow{"tls",
                   "[server]\nurl = ws://127.0.0.1/ws\npublic_key_pin = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                   "finding: a.ini:3: key 'server.public_key_pin': has no effect: server.url is ws://\n"},
        FindingRow{"defaultsWrittenOut", "[log]\nmax_files = 5\n[transfer]\nchunk_size = 1048576\n", ""},
        FindingRow{"sameProfile", "[profile.a]\nagent = A\naction = X\n[profile.b]\nagent = A\naction = Y\n",
                   "finding: a.ini:6: [profile.b] has no effect: [profile.a] is for the same agent and root\n"},
        FindingRow{"emptyProfile", "[profile.a]\nagent = A\n",
                   "finding: a.ini:2: [profile.a] offers nothing; list namespaces in action or data_collection\n"}),
    [](const auto& each) { return each.param.name; });

TEST_F(SettingFindings, tellThatAValueIsReplaced) {
    EXPECT_EQ(report("[client]\nid = a\n", {"client.id=b"}),
              "note: a.ini:2: key 'client.id': replaced by command line\n");
}

TEST_F(SettingFindings, tellOfADirectoryThatIsNotThere) {
    EXPECT_EQ(report("", {"plugins.directories=/none, " + _installation.path()}),
              "note: command line: key 'plugins.directories': replaced by command line\n"
              "finding: command line: key 'plugins.directories': /none: No such file or directory\n");
    EXPECT_THAT(report("", {"plugins.directories=/none"}),
                HasSubstr("key 'plugins.directories': no plugin found in /none: this device can do nothing; install "
                          "plugins there, or name their folder in plugins.directories\n"));
}

TEST_F(SettingFindings, areFoundBesideErrors) {
    EXPECT_THAT(report("[log]\nlevel = loud\n[plugin.shell]\nlimit = 10\n[server]\nca_file = /none.pem\n"),
                AllOf(HasSubstr("error: a.ini:2: key 'log.level'"),
                      HasSubstr("finding: a.ini:4: key 'plugin.shell.limit': 10 is more than 9")));
    EXPECT_THAT(report("[plugins]\ndirectories = \"x\n"), Not(HasSubstr("no plugin found")));
}

TEST_F(SettingFindings, nameTheLineOfAFileThatIsNotThere) {
    EXPECT_EQ(report("[server]\nurl = wss://host/ws\nca_file = /none.pem\n"),
              "error: a.ini:3: server.ca_file: /none.pem: No such file or directory\n");
}

}  // namespace
}  // namespace aip::app
