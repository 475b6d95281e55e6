#include "app/setting_table.h"

#include "app/sample.h"
#include "app/settings_reader.h"
#include "tests/app/setting_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using namespace rows;

std::vector<ValueRow> serverRows() {
    return {
        {"server.url",
         [](S s) { return show(s.session.endpoint.url); },
         "",
         {{"", ""},
          {"wss://host/x?y=1", "wss://host/x?y=1"},
          {"ws://host/token?a=key&b=secret", "ws://host/token?a=key&b=secret"},
          {"wss://host:443/@team/ws?to=a@b", "wss://host:443/@team/ws?to=a@b"},
          {"ws://[::1]/@team", "ws://[::1]/@team"}},
         {{"http://host", "does not begin with ws:// or wss://"},
          {"ws://host/ws?token=x", "use server.token_file"},
          {"http://user:word@host", "use server.token_file"},
          {"ws://user@host", "use server.token_file"},
          {"user:word@host", "use server.token_file"},
          {"ws://us/er:word@host", "use server.token_file"},
          {"ws://user:wo/rd@host", "use server.token_file"},
          {"ws://user:12/rd:3@host", "use server.token_file"},
          {"ws://host/ws?Token=x", "use server.token_file"},
          {"ws://host/ws?api_key=x", "use server.token_file"},
          {"ws://host/ws?a=1&to%6ben=x", "use server.token_file"},
          {"ws://host/ws?%41UTHorization=x", "use server.token_file"},
          {"ws://host/ws?a=1;access_token=x", "use server.token_file"},
          {"ws://host/ws;PassWord=x/y", "use server.token_file"},
          {"http://host/ws?client_secret=x", "use server.token_file"}}},
        path("server.token_file", [](S s) { return show(s.tokenFile); }),
        {"server.token",
         [](S s) { return show(s.session.endpoint.token); },
         "",
         {{"key", "key"}},
         {{"key", "use server.token_file"}}},
        choice("server.token_in", [](S s) { return show(s.session.endpoint.tokenIn); }, {"query", "header"}),
        boolean(
            "server.allow_plaintext", [](S s) { return show(s.session.endpoint.allowPlaintext); }, false),
        path("server.ca_file", [](S s) { return show(s.tls.caFile); }),
        path("server.certificate_file", [](S s) { return show(s.tls.certificateFile); }),
        path("server.private_key_file", [](S s) { return show(s.tls.privateKeyFile); }),
        list("server.public_key_pin", [](S s) { return show(s.serverKeys); }),
        boolean(
            "server.readonly", [](S s) { return show(s.limits.readOnly); }, false),
    };
}

std::vector<ValueRow> controlRows() {
    return {
        {"control.socket",
         [](S s) { return show(s.control.socket); },
         "",
         {{"/run/a.sock", "/run/a.sock"}, {"none", "none"}},
         {}},
        {"control.group", [](S s) { return show(s.control.group); }, "", {{"adm", "adm"}}, {}},
    };
}

std::vector<ValueRow> mcpServerRows() {
    return {
        {"mcp_server.listen",
         [](S s) { return show(s.mcpServer.listen); },
         "",
         {{"127.0.0.1:8000", "127.0.0.1:8000"}},
         {}},
        path("mcp_server.key_file", [](S s) { return show(s.mcpServer.keyFile); }),
        {"mcp_server.profile", [](S s) { return show(s.mcpServer.profile); }, "", {{"lab", "lab"}}, {}},
        list("mcp_server.hosts", [](S s) { return show(s.mcpServer.hosts); }),
        boolean(
            "mcp_server.allow_remote", [](S s) { return show(s.mcpServer.allowRemote); }, false),
    };
}

std::vector<ValueRow> connectionRows() {
    return {
        {"connection.http_proxy",
         [](S s) { return show(s.session.endpoint.proxyUrl); },
         "",
         {{"http://proxy:3128", "http://proxy:3128"}},
         {{"http://user:word@proxy:3128", "use connection.http_proxy_credentials_file"}}},
        path("connection.http_proxy_credentials_file", [](S s) { return show(s.proxyCredentialsFile); }),
        duration(
            "connection.connect_timeout", [](S s) { return show(s.channel.connectTimeout); }, "10000 ms"),
        duration(
            "connection.registration_timeout", [](S s) { return show(s.session.registrationTimeout); }, "10000 ms"),
        duration("connection.heartbeat_interval", [](S s) { return show(s.session.heartbeatInterval); }, "120000 ms",
                 {{"0.01", "10 ms"}, {"86400", "86400000 ms"}}),
        duration(
            "connection.heartbeat_timeout", [](S s) { return show(s.session.heartbeatTimeout); }, "180000 ms",
            fromZero),
        duration(
            "connection.ping_interval", [](S s) { return show(s.channel.pingInterval); }, "20000 ms", fromZero),
        duration(
            "connection.ping_timeout", [](S s) { return show(s.channel.pingTimeout); }, "180000 ms"),
        duration(
            "connection.read_timeout", [](S s) { return show(s.channel.readTimeout); }, "60000 ms"),
        duration(
            "connection.send_timeout", [](S s) { return show(s.channel.sendTimeout); }, "60000 ms"),
        duration(
            "connection.close_timeout", [](S s) { return show(s.channel.closeTimeout); }, "10000 ms"),
        number(
            "connection.max_message_size", [](S s) { return show(s.channel.maxMessageSize); }, "104857600", 65'536,
            maxSize),
        number(
            "connection.max_message_size", [](S s) { return show(s.session.commands.maxAnswerSize); }, "104857600",
            65'536, maxSize),
        number(
            "connection.max_retries", [](S s) { return show(s.session.maxRetries); }, "0", 0, 1'000'000),
        duration(
            "connection.backoff_base", [](S s) { return show(s.session.backoffBase); }, "1000 ms"),
        duration(
            "connection.backoff_cap", [](S s) { return show(s.session.backoffCap); }, "60000 ms"),
        duration(
            "connection.duplicate_id_wait", [](S s) { return show(s.session.occupiedCap); }, "5000 ms"),
        duration(
            "connection.stable_after", [](S s) { return show(s.session.stableAfter); }, "60000 ms", fromZero),
        choice("connection.on_disconnect", [](S s) { return show(s.session.onDisconnect); }, {"cancel", "finish"}),
        number(
            "connection.answer_memory", [](S s) { return show(s.session.answerMemory); }, "4194304", 65'536, maxSize),
        number(
            "connection.max_queue_size", [](S s) { return show(s.session.maxQueueSize); }, "268435456", 65'536,
            64 * maxSize),
    };
}

std::vector<ValueRow> executionAndTransferRows() {
    return {
        duration(
            "execution.tool_timeout", [](S s) { return show(s.dispatcher.toolTimeout); }, "300000 ms", weekAboveZero),
        duration(
            "execution.cancel_grace", [](S s) { return show(s.dispatcher.cancelGrace); }, "5000 ms"),
        duration(
            "execution.silence_warning", [](S s) { return show(s.dispatcher.silenceWarning); }, "30000 ms",
            weekFromZero),
        duration(
            "execution.drain_timeout", [](S s) { return show(s.session.drainTimeout); }, "10000 ms", fromZero),
        number(
            "execution.workers", [](S s) { return show(s.dispatcher.workers); }, "4", 1, 256),
        number(
            "execution.max_batches", [](S s) { return show(s.dispatcher.maxPlaces); }, "1000", 1, 1'000'000),
        number(
            "execution.max_waiting_size", [](S s) { return show(s.session.commands.maxWaitingSize); }, "268435456",
            65'536, maxFile),

        boolean(
            "transfer.receive", [](S s) { return show(s.session.transfer.receive); }, false),
        boolean(
            "transfer.send", [](S s) { return show(s.session.transfer.send); }, false),
        path("transfer.inbox", [](S s) { return show(s.session.transfer.inbox); }),
        number(
            "transfer.max_file_size", [](S s) { return show(s.session.transfer.maxFileSize); }, "104857600", 0,
            maxFile),
        number(
            "transfer.max_inbox_size", [](S s) { return show(s.session.transfer.maxInboxSize); }, "1073741824", 0,
            maxFile),
        number(
            "transfer.max_inbox_files", [](S s) { return show(s.session.transfer.maxInboxFiles); }, "10000", 2,
            10'000'000),
        duration(
            "transfer.piece_timeout", [](S s) { return show(s.session.transfer.pieceTimeout); }, "60000 ms"),
        number(
            "transfer.chunk_size", [](S s) { return show(s.session.transfer.chunkSize); }, "1048576", 4'096, 1U << 24U),
    };
}

std::vector<ValueRow> confinementRows() {
    return {
        {"plugins.host_view",
         [](S s) { return show(s.hostView); },
         "shell",
         {{"", ""}, {"a", "a"}, {" a , b", "a|b"}},
         {}},
        {"plugins.require",
         [](S s) { return s.slot.process.confinement.required.text(); },
         "",
         {{"", ""},
          {"pid_namespace", "pid_namespace"},
          {"signal_scope, pid_namespace", "pid_namespace, signal_scope"},
          {"user_namespace, ipc_namespace, own_user, no_new_privs, undumpable",
           "user_namespace, ipc_namespace, own_user, no_new_privs, undumpable"}},
         {{"pid", "'pid' is none of user_namespace, pid_namespace, ipc_namespace"},
          {"pid_namespace, Signal_scope", "'Signal_scope' is none of"}}},
        {"plugins.run_as",
         [](S s) {
             const auto& user = s.slot.process.confinement.user;
             return user ? std::to_string(user->user) + ":" + std::to_string(user->group) : std::string();
         },
         "",
         {{"", ""}, {"nobody", "65534:65534"}, {"65534", "65534:65534"}, {"4000000000", "4000000000:4000000000"}},
         {{"root", "not run as root"},
          {"0", "not run as root"},
          {"no-such-user", "there is no user 'no-such-user'"},
          {"-1", "there is no user '-1'"},
          {"4294967295", "there is no user '4294967295'"}}},
        boolean(
            "plugins.debuggable", [](S s) { return show(s.slot.process.confinement.debuggable); }, false),
    };
}

std::vector<ValueRow> pluginRows() {
    return {
        paths("plugins.directories", [](S s) { return show(s.discovery.directories); }),
        list("plugins.allow", [](S s) { return show(s.discovery.allowed); }),
        list("plugins.order", [](S s) { return show(s.discovery.order); }),
        choice("plugins.trust", [](S s) { return show(s.discovery.trust); }, {"owner", "pinned", "signed"}),
        paths("plugins.trusted_keys", [](S s) { return show(s.trustedKeyFiles); }),
        duration(
            "plugins.start_timeout", [](S s) { return show(s.pluginStartTimeout); }, "10000 ms"),
        choice("plugins.isolation", [](S s) { return show(s.slot.isolation); }, {"process", "in_process", "per_call"}),
        number(
            "plugins.memory_limit", [](S s) { return show(s.slot.process.limits.memory); }, "1073741824", 0, maxFile),
        number(
            "plugins.cpu_limit", [](S s) { return show(s.slot.process.limits.cpuSeconds); }, "0", 0, 1'000'000'000),
        number(
            "plugins.file_limit", [](S s) { return show(s.slot.process.limits.files); }, "1024", 0, 1'048'576),
        number(
            "plugins.process_limit", [](S s) { return show(s.slot.process.limits.processes); }, "512", 0, 4'194'304),
        duration(
            "plugins.idle_timeout", [](S s) { return show(s.slot.process.idleTimeout); }, "0 ms", weekFromZero),
        duration(
            "plugins.start_ahead", [](S s) { return show(s.slot.process.startAhead); }, "60000 ms", weekFromZero),
        {"plugins.environment",
         [](S s) { return show(s.slot.process.environment); },
         "",
         {{"", ""}, {"a", "a"}, {" HTTP_PROXY , ,_b.c-1,\t", "HTTP_PROXY|_b.c-1"}},
         {{"A B", "'A B' is not the name of a variable"},
          {"A=b", "'A=b' is not"},
          {"$HOME", "'$HOME' is not"},
          {"LC_*", "'LC_*' is not"},
          {"1A", "'1A' is not"},
          {"\"\"", "'' is not"}}},
        number(
            "plugins.max_failures", [](S s) { return show(s.slot.process.maxFailures); }, "5", 0, 1'000),
        duration(
            "plugins.failure_window", [](S s) { return show(s.slot.process.failureWindow); }, "60000 ms"),
        duration(
            "plugins.backoff_base", [](S s) { return show(s.slot.process.backoffBase); }, "100 ms"),
        duration(
            "plugins.backoff_cap", [](S s) { return show(s.slot.process.backoffCap); }, "10000 ms"),
        duration(
            "plugins.device_info_timeout", [](S s) { return show(s.deviceInfoTimeout); }, "5000 ms"),
    };
}

std::vector<ValueRow> auditRows() {
    ValueRow parameters =
        choice("audit.parameters", [](S s) { return show(s.audit.parameters); }, {"full", "cut", "hash"});
    parameters.byDefault = "cut";
    return {
        boolean(
            "audit.enabled", [](S s) { return show(s.audit.enabled); }, true),
        path("audit.file", [](S s) { return show(s.audit.file); }),
        number(
            "audit.max_file_size", [](S s) { return show(s.audit.maxFileSize); }, "16777216", 4'096, maxSize),
        number(
            "audit.max_files", [](S s) { return show(s.audit.maxFiles); }, "10", 1, 1'000),
        boolean(
            "audit.journal", [](S s) { return show(s.audit.journal); }, false),
        choice("audit.fsync", [](S s) { return show(s.audit.sync); }, {"none", "group", "record"}),
        parameters,
    };
}

std::string formatOf(S settings) {
    switch (settings.log.format) {
        case LogFormat::text:
            return "text";
        case LogFormat::json:
            return "json";
        case LogFormat::journal:
            return "journal";
    }
    return {};
}

std::vector<ValueRow> logRows() {
    ValueRow level =
        choice("log.level", [](S s) { return show(s.log.level); }, {"trace", "debug", "info", "warn", "error", "off"});
    level.byDefault = "info";
    return {
        {"limits.lockdown_after",
         [](S s) { return show(s.limits.lockdownAfter); },
         "none",
         {{"", "none"},
          {"20/10m", "20 in 600000 ms"},
          {" 1 / min ", "1 in 60000 ms"},
          {"5/90s", "5 in 90000 ms"},
          {"5/1", "5 in 1000 ms"},
          {"1000000/7d", "1000000 in 604800000 ms"}},
         {{"20", "is not so much in a time, as 10/min"},
          {"20/", "of the time ''"},
          {"/h", "not a number"},
          {"20/10q", "of the time '10q'"},
          {"20/minute", "of the time 'minute'"},
          {"20 per h", "is not so much in a time"},
          {"0/h", "out of range: 1 to 1000000"},
          {"-1/h", "out of range"},
          {"1.5/h", "not a whole number"},
          {"1000001/h", "out of range"},
          {"5/0.5s", "out of range: 1 to 604800"},
          {"5/8d", "out of range"},
          {"5/h/h", "of the time 'h/h'"},
          {"none", "is not so much in a time"}}},
        {"metrics.listen",
         [](S s) { return show(s.metricsListen); },
         "",
         {{"", ""}, {"127.0.0.1:9464", "127.0.0.1:9464"}, {"[::1]:0", "[::1]:0"}},
         {{"9464", "not ADDRESS:PORT"},
          {"localhost:9464", "not ADDRESS:PORT"},
          {"0.0.0.0:9464", "others than this machine could connect there"},
          {"[::]:9464", "others than this machine could connect there"}}},
        path("state.directory", [](S s) { return show(s.stateDirectory); }),
        level,
        choice("log.format", [](S s) { return formatOf(s); }, {"text", "json", "journal"}),
        choice("service.ready", [](S s) -> std::string { return s.readyWhenRegistered ? "registered" : "start"; },
               {"start", "registered"}),
        boolean(
            "log.console", [](S s) { return show(s.log.console); }, true),
        path("log.file", [](S s) { return show(s.log.file); }),
        number(
            "log.max_file_size", [](S s) { return show(s.log.maxFileSize); }, "10485760", 4'096, maxSize),
        number(
            "log.max_files", [](S s) { return show(s.log.maxFiles); }, "5", 1, 1'000),
    };
}

std::vector<ValueRow> allRows() {
    std::vector<ValueRow> all{
        {"client.id",
         [](S s) { return show(s.session.clientId); },
         "",
         {{"dev", "dev"},
          {"lab 7 caf\u00e9 \u05d0", "lab 7 caf\u00e9 \u05d0"},
          {std::string(255, 'x'), std::string(255, 'x')}},
         {{"", "must not be empty"},
          {std::string(256, 'x'), "longer than 255 bytes"},
          {"\"a\\nb\"", "control character (U+000A)"},
          {"\"a\\tb\"", "control character (U+0009)"},
          {"a\u0085b", "control character (U+0085)"},
          {"\"a\u009b\"", "control character (U+009B)"},
          {"\"a\u202eb\"", "holds U+202E"},
          {"\"\u200b\"", "holds U+200B"},
          {"\"a\ufeff\"", "holds U+FEFF"},
          {"\"a\u00a0b\"", "holds U+00A0"},
          {"'a\u3000b'", "holds U+3000"},
          {"'a\u00adb'", "holds U+00AD"},
          {"'a\U000e0041'", "holds U+E0041"},
          {"'a\uffff'", "holds U+FFFF"},
          {"\"\u201cdev\u201d\"", "typographic quotation mark"},
          {"\u00abdev\u00bb", "typographic quotation mark"},
          {"\" dev\"", "begins or ends with a blank"},
          {"caf\xE9", "not valid UTF-8"}}},
        {"client.platform", [](S s) { return show(s.platform); }, "", {{"mobile", "mobile"}, {"", ""}}, {}}};
    for (const auto& part : {serverRows(), connectionRows(), mcpServerRows(), controlRows(), executionAndTransferRows(),
                             confinementRows(), pluginRows(), auditRows(), logRows()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

class SettingTable : public testing::TestWithParam<ValueRow> {};

TEST_P(SettingTable, hasItsDefault) {
    const auto settings = readSettings({{}, {}, false, true});
    ASSERT_TRUE(settings) << settings.error().text();
    if (GetParam().key == "client.id") {
        EXPECT_THAT(settings->session.clientId, AllOf(testing::Not(""), testing::Not(HasSubstr("$"))));
    } else {
        EXPECT_EQ(GetParam().get(*settings), GetParam().byDefault);
    }
}

TEST_P(SettingTable, takesItsValueOver) {
    for (const auto& [written, shown] : GetParam().taken) {
        Settings settings;
        ASSERT_TRUE(findSetting(GetParam().key)->apply(settings, written)) << written;
        EXPECT_EQ(GetParam().get(settings), shown);
    }
}

TEST_P(SettingTable, refusesAnotherAndNamesTheKey) {
    for (const auto& [written, error] : GetParam().refused) {
        const auto settings = readSettings({{}, {GetParam().key + "=" + written}, false, true});
        ASSERT_FALSE(settings) << written;
        EXPECT_THAT(settings.error().text(),
                    AllOf(HasSubstr("command line: "), HasSubstr(GetParam().key), HasSubstr(error)));
    }
}

INSTANTIATE_TEST_SUITE_P(All, SettingTable, testing::ValuesIn(allRows()), [](const auto& each) {
    std::string name = each.param.key + (each.index == 0 ? "" : "_" + std::to_string(each.index));
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
});

TEST(SettingTable, isTestedRowByRow) {
    std::set<std::string> tested;
    for (const auto& row : allRows()) {
        tested.insert(row.key);
    }
    for (const auto& row : settingTable()) {
        EXPECT_TRUE(tested.contains(row.key)) << row.key;
    }
}

TEST(SettingTable, holdsEachKeyOnceUnderOneNameOfItsKind) {
    const std::set<std::string> kinds{"seconds", "size", "number", "boolean", "text", "list", "path", "reference"};
    std::set<std::string> keys;
    for (const auto& row : settingTable()) {
        EXPECT_TRUE(keys.insert(row.key).second) << row.key;
        EXPECT_TRUE(kinds.contains(row.kind)) << row.key;
        EXPECT_EQ(findSetting(row.key), &row);
    }
}

TEST(Sample, holdsEverySettingWithItsDefaultAndItsScope) {
    const std::string ini = sampleIni();
    const std::string xml = sampleXml();
    for (const auto& row : settingTable()) {
        const std::string key = row.key;
        const std::string name = key.substr(key.rfind('.') + 1);
        const std::string mark = row.scope() == Scope::restart  ? ")\n;"
                                 : row.scope() == Scope::reload ? "; reload)\n;"
                                                                : "; reload, plugin)\n;";
        EXPECT_THAT(ini,
                    HasSubstr(std::string(row.meaning) + " (" + row.kind + mark + name + " = " + row.defaultValue));
        EXPECT_THAT(xml, HasSubstr("<" + name + ">" + row.defaultValue + "</" + name + ">"));
    }
}

}  // namespace
}  // namespace aip::app
