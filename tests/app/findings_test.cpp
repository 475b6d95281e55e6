// What is wrong or has no effect in the settings, beside errors in values.

#include "app/settings_reader.h"
#include "tests/app/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* schema = R"({"type":"object","additionalProperties":false,"properties":{
"limit":{"type":"integer","maximum":9},"paths":{"type":"array","items":{"type":"string"}}}})";

/// Of a report.
std::string withoutCures(const std::string& report) {
    std::istringstream lines(report);
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
        kept += line.starts_with("    ") ? "" : line + "\n";
    }
    return kept;
}

class SettingFindings : public testing::Test {
  protected:
    SettingFindings() {
        _installation.add("shell", schema);
        _installation.add("camera");
    }

    /// All that is found: "warning: a.ini:2: ...".
    std::string report(const std::string& ini, std::vector<std::string> definitions = {}) {
        _folder.write("a.ini", ini);
        definitions.insert(definitions.begin(), _installation.definition());
        const auto settings = readSettings({{_folder / "a.ini"}, definitions});
        std::string text = withoutCures(settings ? settings->findings.report() : settings.error().report());
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
                   "AIP-511 error: a.ini:2: [plugin.shel] has no effect: no such plugin is installed; did you mean "
                   "[plugin.shell]?\n"},
        FindingRow{"nearNamesakeWithParts", "[plugin.shel.ages]\nx = 1\n",
                   "AIP-510 warning: a.ini:2: [plugin.shel.ages] has no effect: no such plugin is installed; did you "
                   "mean [plugin.shell]?\n"},
        FindingRow{"notInstalled", "[plugin.backup]\nenabled = false\n",
                   "AIP-510 warning: a.ini:2: [plugin.backup] has no effect: no such plugin is installed\n"},
        FindingRow{
            "pluginValues", "[plugin.shell]\nlimit = many\nlimits = 3\n[plugin.camera]\nmode = x\n",
            "AIP-508 warning: a.ini:5: key 'plugin.camera.mode': unknown key 'mode': the plugin takes no settings; the "
            "plugin is refused\n"
            "AIP-508 warning: a.ini:2: key 'plugin.shell.limit': \"many\" is not an integer; the plugin is refused\n"
            "AIP-508 warning: a.ini:3: key 'plugin.shell.limits': unknown key 'limits'; did you mean 'limit'?; the "
            "plugin is refused\n"},
        FindingRow{"listAsJson", "[plugin.shell]\npaths = [\"/a;/b\", \"c\"]\n", ""},
        FindingRow{
            "listsWithOtherSeparators",
            "[plugin.shell]\npaths = /a;/b, /c\", /d /e, '/f;g', /h:/i, *.k'\n[plugins]\norder = \"shell;\"\n"
            "[profile.p]\nagent = A\naction = X;Y\n",
            "AIP-106 warning: a.ini:7: key 'profile.p.action': 'X;Y' holds a semicolon: items have commas between "
            "them\n"
            "AIP-106 warning: a.ini:2: key 'plugin.shell.paths': '/a;/b' holds a semicolon: items have commas between "
            "them\n"
            "AIP-106 warning: a.ini:2: key 'plugin.shell.paths': '/c\"' holds a quotation mark that quotes nothing: an "
            "item is quoted as a whole\n"
            "AIP-106 warning: a.ini:2: key 'plugin.shell.paths': '/d /e' looks like two paths: items have commas "
            "between them\n"
            "AIP-106 warning: a.ini:2: key 'plugin.shell.paths': '/h:/i' looks like two paths: items have commas "
            "between them\n"
            "AIP-106 warning: a.ini:2: key 'plugin.shell.paths': '*.k'' holds a quotation mark that quotes nothing: an "
            "item is quoted as a whole\n"
            "AIP-514 warning: a.ini:4: key 'plugins.order': no plugin 'shell;' is installed; did you mean 'shell'?\n"},
        FindingRow{
            "allow", "[plugins]\nallow = shell, camra\norder = x-ray\n",
            "AIP-514 warning: a.ini:2: key 'plugins.allow': no plugin 'camra' is installed; did you mean 'camera'?\n"
            "AIP-514 warning: a.ini:3: key 'plugins.order': no plugin 'x-ray' is installed\n"},
        FindingRow{
            "emptyLists",
            "[plugins]\nallow = ,\nrequire =\norder =\n[plugin.shell]\npaths = "
            "${device.metadata.x}\n[device.metadata]\nx =\n",
            "AIP-107 warning: a.ini:2: key 'plugins.allow': is an empty list: all plugins may run\n"
            "AIP-107 warning: a.ini:3: key 'plugins.require': is an empty list: nothing is required of a process\n"
            "AIP-107 warning: a.ini:6: key 'plugin.shell.paths': is an empty list\n"},
        FindingRow{"emptyListAsJson", "[plugin.shell]\npaths = []\n", ""},
        FindingRow{"hostView", "[plugins]\nhost_view = shelll, camera\n",
                   "AIP-514 warning: a.ini:2: key 'plugins.host_view': no plugin 'shelll' is installed; did you mean "
                   "'shell'?\n"},
        FindingRow{
            "noCommas", "[plugins]\nallow = shell camera\n",
            "AIP-502 warning: all plugins are disabled or left out by plugins.allow: this device can do nothing\n"
            "AIP-514 warning: a.ini:2: key 'plugins.allow': no plugin 'shell camera' is installed; a list is written "
            "with commas\n"},
        FindingRow{"twiceAndOff", "[plugins]\norder = shell, camera, shell\n[plugin.camera]\nenabled = no\n",
                   "AIP-515 note: a.ini:2: key 'plugins.order': 'camera' has no effect: [plugin.camera] is disabled\n"
                   "AIP-514 warning: a.ini:2: key 'plugins.order': 'shell' stands there twice\n"},
        FindingRow{
            "leftOut", "[plugins]\nallow = shell\nhost_view = camera\n",
            "AIP-515 note: a.ini:3: key 'plugins.host_view': 'camera' has no effect: plugins.allow leaves it out\n"},
        FindingRow{
            "allOff", "[plugins]\nallow = shell\n[plugin.shell]\nenabled = no\n",
            "AIP-502 warning: all plugins are disabled or left out by plugins.allow: this device can do nothing\n"
            "AIP-515 note: a.ini:2: key 'plugins.allow': 'shell' has no effect: [plugin.shell] is disabled\n"},
        FindingRow{"logInProc", "[log]\nfile = /proc/x.log\n",
                   "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /proc: lies in a file system of the "
                   "kernel, which keeps no files\n"},
        FindingRow{"logInSys", "[log]\nfile = /sys/kernel/x.log\n",
                   "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /sys/kernel: lies in a file system of "
                   "the kernel, which keeps no files\n"},
        FindingRow{"logInANewFolder", "[log]\nfile = /tmp/none-of-this/aip/agent.log\n",
                   "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /tmp/none-of-this/aip/agent.log: there "
                   "is no folder /tmp/none-of-this/aip; make it, or mend the path\n"},
        FindingRow{
            "logIsADevice", "[log]\nfile = /dev/zero\n",
            "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /dev/zero: a device, not a plain file\n"},
        FindingRow{
            "logNamesAFolder", "[log]\nfile = /tmp/none-of-this/\n",
            "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /tmp/none-of-this/: the name of a folder\n"},
        FindingRow{"noLog", "[log]\nconsole = false\n",
                   "AIP-105 warning: a.ini:2: key 'log.console': nothing is logged: log.console is false and log.file "
                   "is not set; set log.file, or log.level = off if that is meant\n"},
        FindingRow{"logOff", "[log]\nconsole = false\nlevel = off\n", ""},
        FindingRow{"backoff", "[connection]\nbackoff_base = 10\nbackoff_cap = 5\n",
                   "AIP-105 warning: a.ini:3: key 'connection.backoff_cap': less than connection.backoff_base: no wait "
                   "grows, all are up to backoff_cap\n"},
        FindingRow{"backoffOfPlugins", "[plugins]\nbackoff_base = 1m\n",
                   "AIP-105 warning: a.ini:2: key 'plugins.backoff_base': plugins.backoff_cap is less than "
                   "plugins.backoff_base: no wait grows, all are up to backoff_cap\n"},
        FindingRow{"pings", "[connection]\nping_interval = 30\nping_timeout = 45\nread_timeout = 10\n",
                   "AIP-105 warning: a.ini:2: key 'connection.ping_interval': more than half of "
                   "connection.ping_timeout: that half counts\n"},
        FindingRow{
            "noPings", "[connection]\nping_interval = 0\nping_timeout = 5\n",
            "AIP-104 warning: a.ini:3: key 'connection.ping_timeout': has no effect: connection.ping_interval is 0\n"},
        FindingRow{"inboxOfAFile", "[transfer]\nreceive = true\ninbox = /tmp/none-of-this\nmax_inbox_size = 1MiB\n",
                   "AIP-105 warning: a.ini:4: key 'transfer.max_inbox_size': transfer.max_file_size is more than "
                   "transfer.max_inbox_size: a file that large does not fit into the inbox\n"
                   "AIP-205 note: a.ini:3: key 'transfer.inbox': is not there: it is made when the first file comes\n"},
        FindingRow{"inboxForAll", "[transfer]\nreceive = true\ninbox = /tmp/\n",
                   "AIP-204 warning: a.ini:3: key 'transfer.inbox': cannot be written: /tmp/: others have access to "
                   "it; chmod 700 it, or name a folder that is not there: it is made\n"},
        FindingRow{"inboxInANewFolder", "[transfer]\nreceive = true\ninbox = /tmp/none-of-this/inbox/\n",
                   "AIP-203 error: a.ini:3: key 'transfer.inbox': cannot be written: /tmp/none-of-this/inbox: there is "
                   "no folder /tmp/none-of-this; make it, or mend the path\n"},
        FindingRow{"stateInANewFolder", "[state]\ndirectory = /tmp/none-of-this/state\n",
                   "AIP-206 error: a.ini:2: key 'state.directory': cannot be used: /tmp/none-of-this/state: there is "
                   "no folder /tmp/none-of-this; make it, or mend the path\n"},
        FindingRow{"newState", "[state]\ndirectory = /tmp/none-of-this/\n", ""},
        FindingRow{
            "stateIsADevice", "[state]\ndirectory = /dev/null\n",
            "AIP-207 warning: a.ini:2: key 'state.directory': cannot be used: /dev/null: a device, not a folder\n"},
        FindingRow{"stateInProc", "[state]\ndirectory = /proc\n",
                   "AIP-207 warning: a.ini:2: key 'state.directory': cannot be used: /proc: lies in a file system of "
                   "the kernel, which keeps no files\n"},
        FindingRow{"chunks", "[transfer]\nsend = true\n[connection]\nmax_message_size = 64KiB\n",
                   "AIP-105 warning: a.ini:4: key 'connection.max_message_size': less than transfer.chunk_size: pieces "
                   "of files are no larger than a message\n"},
        FindingRow{
            "noProcess",
            "[plugin.shell]\nisolation = in_process\nmemory_limit = 64MiB\n[plugin.camera]\n"
            "isolation = per_call\nidle_timeout = 5\nmemory_limit = 0\n",
            "AIP-104 warning: a.ini:6: key 'plugin.camera.idle_timeout': has no effect: isolation is per_call\n"
            "AIP-104 warning: a.ini:3: key 'plugin.shell.memory_limit': has no effect: isolation is in_process\n"},
        FindingRow{"nothingAhead",
                   "[plugins]\nstart_ahead = 5\n[plugin.camera]\nisolation = per_call\n[plugin.shell]\n"
                   "isolation = process\nstart_ahead = 5\n",
                   "AIP-104 warning: a.ini:7: key 'plugin.shell.start_ahead': has no effect: isolation is process\n"},
        FindingRow{"tooSmallToStart",
                   "[plugins]\nmemory_limit = 1KiB\nfile_limit = 3\nprocess_limit = 1\n[plugin.shell]\n"
                   "memory_limit = 1048576\nfile_limit = 15\nprocess_limit = 7\n[plugin.camera]\nfile_limit = 0\n",
                   "AIP-103 error: a.ini:7: key 'plugin.shell.file_limit': 15 is too little for a plugin's process to "
                   "start: at least 16, or 0 for no limit\n"
                   "AIP-103 error: a.ini:6: key 'plugin.shell.memory_limit': 1048576 is too little for a plugin's "
                   "process to start: at least 16MiB, or 0 for no limit\n"
                   "AIP-103 error: a.ini:8: key 'plugin.shell.process_limit': 7 is too little for a plugin's process "
                   "to start: at least 8, or 0 for no limit\n"
                   "AIP-103 error: a.ini:3: key 'plugins.file_limit': 3 is too little for a plugin's process to start: "
                   "at least 16, or 0 for no limit\n"
                   "AIP-103 error: a.ini:2: key 'plugins.memory_limit': 1KiB is too little for a plugin's process to "
                   "start: at least 16MiB, or 0 for no limit\n"
                   "AIP-103 error: a.ini:4: key 'plugins.process_limit': 1 is too little for a plugin's process to "
                   "start: at least 8, or 0 for no limit\n"},
        FindingRow{"noProcesses", "[plugins]\nisolation = in_process\nfile_limit = 64\n",
                   "AIP-104 warning: a.ini:3: key 'plugins.file_limit': has no effect: isolation is in_process\n"},
        FindingRow{"environment", "[plugin.camera]\nenvironment = A B\n[plugins]\nenvironment = 2Z, X, 1Y\n",
                   "AIP-103 error: a.ini:2: key 'plugin.camera.environment': 'A B' is not the name of a variable: "
                   "names alone, without $, = or *, with commas between them\n"
                   "AIP-103 error: a.ini:4: key 'plugins.environment': '2Z', '1Y' is not the name of a variable: names "
                   "alone, without $, = or *, with commas between them\n"},
        FindingRow{"log", "[log]\nfile = /dev/null/agent.log\n",
                   "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /dev/null/agent.log: /dev/null is a "
                   "device, not a folder\n"},
        FindingRow{"logIsAFolder", "[log]\nfile = /tmp\n",
                   "AIP-203 error: a.ini:2: key 'log.file': cannot be written: /tmp: a folder, not a plain file\n"},
        FindingRow{"inbox", "[transfer]\nreceive = true\ninbox = /dev/null/inbox\n",
                   "AIP-203 error: a.ini:3: key 'transfer.inbox': cannot be written: /dev/null/inbox: /dev/null is a "
                   "device, not a folder\n"},
        FindingRow{"idle", "[transfer]\ninbox = /srv\n[log]\nmax_files = 7\n[plugins]\ntrusted_keys =\n",
                   "AIP-104 warning: a.ini:2: key 'transfer.inbox': has no effect: transfer.receive is false\n"
                   "AIP-104 warning: a.ini:4: key 'log.max_files': has no effect: log.file is not set\n"},
        FindingRow{"audit", "[audit]\nenabled = false\nfsync = group\n",
                   "AIP-104 warning: a.ini:3: key 'audit.fsync': has no effect: audit.enabled is false\n"},
        FindingRow{"auditIsAFolder", "[audit]\nfile = /tmp\n",
                   "AIP-203 error: a.ini:2: key 'audit.file': cannot be written: /tmp: a folder, not a plain file\n"},
        FindingRow{"tls",
                   "[server]\nurl = ws://127.0.0.1/ws\npublic_key_pin = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                   "AIP-104 warning: a.ini:3: key 'server.public_key_pin': has no effect: server.url is ws://\n"},
        FindingRow{"defaultsWrittenOut", "[log]\nmax_files = 5\n[transfer]\nchunk_size = 1048576\n", ""},
        FindingRow{"sameProfile", "[profile.a]\nagent = A\naction = X\n[profile.b]\nagent = A\naction = Y\n",
                   "AIP-110 warning: a.ini:6: [profile.b] has no effect: [profile.a] is for the same agent and root\n"},
        FindingRow{"emptyProfile", "[profile.a]\nagent = A\n",
                   "AIP-110 warning: a.ini:2: [profile.a] offers nothing\n"}),
    [](const auto& each) { return each.param.name; });

TEST_F(SettingFindings, tellThatAValueIsReplaced) {
    EXPECT_EQ(report("[client]\nid = a\n", {"client.id=b"}),
              "AIP-108 note: a.ini:2: key 'client.id': replaced by command line\n");
}

TEST_F(SettingFindings, tellOfADirectoryThatIsNotThere) {
    EXPECT_EQ(report("", {"plugins.directories=/none, " + _installation.path()}),
              "AIP-108 note: command line: key 'plugins.directories': replaced by command line\n"
              "AIP-503 warning: command line: key 'plugins.directories': /none: No such file or directory\n");
    EXPECT_THAT(report("", {"plugins.directories=/none"}),
                HasSubstr("key 'plugins.directories': no plugin found in /none: this device can do nothing\n"));
}

TEST_F(SettingFindings, areFoundBesideErrors) {
    EXPECT_THAT(report("[log]\nlevel = loud\n[plugin.shell]\nlimit = 10\n[server]\nca_file = /none.pem\n"),
                AllOf(HasSubstr("error: a.ini:2: key 'log.level'"),
                      HasSubstr("warning: a.ini:4: key 'plugin.shell.limit': 10 is more than 9")));
    EXPECT_THAT(report("[plugins]\ndirectories = \"x\n"), Not(HasSubstr("no plugin found")));
}

/// No plugin is started then: the manifests tell.
TEST_F(SettingFindings, tellOfUnknownNamespacesBesideErrors) {
    _installation.addTool("reader", "Scanner");
    const std::string profile =
        "[profile.p]\nagent = A\naction = Scaner, Scanner, Printer\ndata_collection = Scanner\n";
    const std::string near =
        "AIP-111 warning: a.ini:3: key 'profile.p.action': no plugin has a tool of this type in namespace 'Scaner'; "
        "did you mean 'Scanner'?\n";
    const std::string unknown = "no plugin has a tool of this type in namespace 'Printer'";
    EXPECT_EQ(report(profile), "");
    const std::string found = report(profile + "[log]\nlevel = loud\n");
    EXPECT_THAT(found, AllOf(HasSubstr(near), HasSubstr(unknown)));
    EXPECT_THAT(found, HasSubstr("a.ini:4: key 'profile.p.data_collection': no plugin has a tool of this type"));
    EXPECT_THAT(report(profile + "[plugin.shel]\nenabled = no\n"), HasSubstr(near));
    EXPECT_THAT(report(profile + "[mcp.Printer]\ncommand = cat\n[log]\nlevel = loud\n"),
                AllOf(HasSubstr(near), Not(HasSubstr(unknown))));
    _installation.addTool("lister", "Lists", R"(,"aip.dynamic-tools/1")");
    EXPECT_THAT(report(profile + "[log]\nlevel = loud\n"), AllOf(HasSubstr(near), Not(HasSubstr(unknown))));
}

TEST_F(SettingFindings, tellOfFilesBesideErrors) {
    const std::string files =
        "[server]\nurl = wss://host/ws\ntoken_file = /none.token\nca_file = /none.pem\n[plugins]\ntrusted_keys = "
        "/none.a, /none.b\ntrust = signed\n";
    const auto both = AllOf(HasSubstr("error: a.ini:3: server.token_file: /none.token: No such file"),
                            HasSubstr("error: a.ini:4: server.ca_file: /none.pem: No such file"));
    const auto keys = AllOf(HasSubstr("error: a.ini:6: plugins.trusted_keys: /none.a: No such file"),
                            HasSubstr("error: a.ini:6: plugins.trusted_keys: /none.b: No such file"));
    EXPECT_THAT(report(files), AllOf(both, keys));
    EXPECT_THAT(report(files + "[log]\nlevel = loud\n"), AllOf(HasSubstr("'loud'"), both, keys));
    EXPECT_THAT(report(files + "[log\n"), AllOf(HasSubstr("no closing ]"), both));
}

/// What stands in a line that cannot be read is not missed.
TEST_F(SettingFindings, missNothingThatMayStandInALineThatCannotBeRead) {
    const std::string incomplete =
        "[server]\nurl = ws://192.0.2.1/ws\nallow_plaintext true\n[mcp_server]\n"
        "listen = 127.0.0.1:8000\nkey_file : /x\n[plugins]\ntrust = signed\n";
    EXPECT_EQ(report(incomplete),
              "AIP-101 error: a.ini:3: neither a [section] nor key = value\n"
              "AIP-101 error: a.ini:6: neither a [section] nor key = value\n");
}

TEST_F(SettingFindings, tellThatOnlyRootRunsPluginsAsOthers) {
    const std::string found = report("[plugin.shell]\nrun_as = 65534\n[plugins]\nrun_as =\n");
    if (::geteuid() == 0) {
        EXPECT_EQ(found, "");
    } else {
        EXPECT_THAT(found,
                    HasSubstr("warning: a.ini:2: key 'plugin.shell.run_as': only root can run plugins as another "));
    }
}

TEST_F(SettingFindings, tellOfALogThatIsAnotherFileOfTheAgent) {
    const std::string config = _folder / "a.ini";
    std::filesystem::create_symlink("a.ini", _folder / "link");
    for (const auto& log : {config, _folder / "./a.ini", _folder / "link"}) {
        EXPECT_THAT(report("[log]\nfile = " + log + "\n"),
                    HasSubstr("error: a.ini:2: key 'log.file': another setting names this file"));
    }
    const std::string credentials = "[connection]\nhttp_proxy_credentials_file = " + (_folder / "none") + "\n";
    EXPECT_THAT(report(credentials + "[log]\nfile = " + (_folder / "none") + "\n"), HasSubstr("error: a.ini:4"));
    EXPECT_EQ(report("[log]\nfile = " + (_folder / "x.log") + "\n"), "");
}

TEST_F(SettingFindings, tellWhatCannotBeALogOrAnInbox) {
    ASSERT_EQ(::mkfifo((_folder / "fifo").c_str(), 0600), 0);
    EXPECT_THAT(report("[log]\nfile = " + (_folder / "fifo") + "\n"),
                HasSubstr("error: a.ini:2: key 'log.file': cannot be written: fifo: a pipe, not a plain file"));
    std::filesystem::create_directory(_folder / "real");
    std::filesystem::permissions(_folder / "real", std::filesystem::perms::owner_all);
    std::filesystem::create_symlink("real", _folder / "link");
    const auto inbox = [&](const std::string& name) {
        return report("[transfer]\nreceive = true\ninbox = " + (_folder / name) + "\n");
    };
    EXPECT_EQ(inbox("real"), "");
    for (const std::string name : {"link", "link/", "a.ini", "fifo"}) {
        EXPECT_THAT(inbox(name), HasSubstr("error: a.ini:3: key 'transfer.inbox': cannot be written: ")) << name;
    }
    EXPECT_THAT(inbox("link"), HasSubstr("a symbolic link, not a folder"));
    std::filesystem::permissions(_folder / "real", std::filesystem::perms(0770));
    EXPECT_THAT(inbox("real"),
                HasSubstr("warning: a.ini:3: key 'transfer.inbox': cannot be written: real: others have"));
}

/// A manifest that a stranger may have written is not parsed: what it says of the settings does not count.
TEST_F(SettingFindings, takeNothingFromAManifestThatOthersMayWrite) {
    const std::string wrong = "[plugin.shell]\nlimit = many\n";
    EXPECT_THAT(report(wrong), HasSubstr("not an integer"));
    std::filesystem::permissions(_installation.path(), std::filesystem::perms::others_write,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(report(wrong), "");
    std::filesystem::permissions(_installation.path(), std::filesystem::perms::owner_all);
    std::filesystem::permissions(_installation.path() + "/shell", std::filesystem::perms::group_write,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(report(wrong), "");
}

TEST_F(SettingFindings, nameTheLineOfAnAddressThatMayNotBeReachedInTheClear) {
    EXPECT_EQ(report("[server]\nurl = ws://192.0.2.1/ws\n"),
              "AIP-103 error: a.ini:2: server.url: ws:// to 192.0.2.1 would send the token and all commands in the "
              "clear: use wss://, or set server.allow_plaintext=true\n");
}

TEST_F(SettingFindings, nameTheLineOfTheOneOfTwoKeysThatIsWritten) {
    for (const std::string key : {"certificate_file", "private_key_file"}) {
        EXPECT_THAT(report("[server]\nurl = wss://host/ws\n" + key + " = " + _folder.write("a.pem", "") + "\n"),
                    HasSubstr("error: a.ini:3: server.certificate_file and server.private_key_file go together"));
    }
}

TEST_F(SettingFindings, nameTheLineOfAFileThatIsNotThere) {
    EXPECT_EQ(report("[server]\nurl = wss://host/ws\nca_file = /none.pem\n"),
              "AIP-201 error: a.ini:3: server.ca_file: /none.pem: No such file or directory\n");
}

}  // namespace
}  // namespace aip::app
