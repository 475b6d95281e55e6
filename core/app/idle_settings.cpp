#include "app/idle_settings.h"

#include "app/setting_table.h"
#include "base/setting_text.h"

namespace aip::app {
namespace {

struct IdleRow {
    const char* key;
    bool (*idle)(const Settings&);
    const char* why;
};

bool withoutTls(const Settings& settings) {
    return settings.session.endpoint.url.starts_with("ws://");
}
bool withoutLogFile(const Settings& settings) {
    return settings.log.file.empty();
}
bool receivesNothing(const Settings& settings) {
    return !settings.session.transfer.receive;
}
bool sendsNothing(const Settings& settings) {
    return !settings.session.transfer.send;
}

constexpr const char* noTls = "server.url is ws://";
constexpr const char* noReceiving = "transfer.receive is false";

constexpr IdleRow idleRows[] = {
    {"server.ca_file", withoutTls, noTls},
    {"server.certificate_file", withoutTls, noTls},
    {"server.private_key_file", withoutTls, noTls},
    {"server.public_key_pin", withoutTls, noTls},
    {"connection.http_proxy_credentials_file", [](const Settings& s) { return s.session.endpoint.proxyUrl.empty(); },
     "there is no proxy"},
    {"transfer.inbox", receivesNothing, noReceiving},
    {"transfer.max_inbox_size", receivesNothing, noReceiving},
    {"transfer.piece_timeout", receivesNothing, noReceiving},
    {"transfer.max_file_size", [](const Settings& s) { return receivesNothing(s) && sendsNothing(s); },
     "transfer.receive and transfer.send are false"},
    {"transfer.chunk_size", sendsNothing, "transfer.send is false"},
    {"plugins.trusted_keys", [](const Settings& s) { return s.discovery.trust != admission::Trust::signature; },
     "plugins.trust is not signed"},
    {"log.max_file_size", withoutLogFile, "log.file is not set"},
    {"log.max_files", withoutLogFile, "log.file is not set"},
};

bool isSet(const Settings& settings, const char* key) {
    const auto written = settings.rawValues.find(key);
    return written != settings.rawValues.end() && base::trimmed(written->second) != findSetting(key)->defaultValue;
}

}  // namespace

void findIdleSettings(const Settings& settings, bool reloading, Findings& findings) {
    for (const auto& row : idleRows) {
        const bool looked = !reloading || scopeOf(row.key) != Scope::restart;
        if (looked && isSet(settings, row.key) && row.idle(settings)) {
            findings.add(
                {Severity::finding, settings.originOf(row.key), row.key, std::string("has no effect: ") + row.why});
        }
    }
}

}  // namespace aip::app
