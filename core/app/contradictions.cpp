#include "app/contradictions.h"

#include "app/own_files.h"
#include "app/setting_table.h"

#include <algorithm>
#include <filesystem>

namespace aip::app {
namespace {

struct Contradiction {
    const char* key;    ///< told about this one if it is written, else about the other
    const char* other;  ///< named in the text
    bool (*contradict)(const Settings&);
    const char* text;
};

bool silent(const Settings& settings) {
    return !settings.log.console && settings.log.file.empty() && settings.log.level != "off";
}

bool pings(const Settings& settings) {
    return settings.channel.pingInterval.count() > 0;
}

constexpr Contradiction contradictions[] = {
    {"connection.backoff_cap", "connection.backoff_base",
     [](const Settings& s) { return s.session.backoffCap < s.session.backoffBase; },
     "less than connection.backoff_base: no wait grows, all are up to backoff_cap"},
    {"connection.duplicate_id_wait", "connection.backoff_cap",
     [](const Settings& s) { return s.session.occupiedCap > s.session.backoffCap; },
     "more than connection.backoff_cap, up to which these waits are to grow"},
    {"connection.ping_interval", "connection.ping_timeout",
     [](const Settings& s) { return pings(s) && s.channel.pingInterval > s.channel.pingTimeout / 2; },
     "more than half of connection.ping_timeout: that half counts"},
    {"connection.read_timeout", "connection.ping_timeout",
     [](const Settings& s) { return pings(s) && s.channel.readTimeout > s.channel.pingTimeout; },
     "more than connection.ping_timeout, after which the connection is lost in any case"},
    {"connection.max_message_size", "transfer.chunk_size",
     [](const Settings& s) {
         return s.session.transfer.send && s.session.transfer.chunkSize > s.channel.maxMessageSize;
     },
     "less than transfer.chunk_size: pieces of files are no larger than a message"},
    {"transfer.max_file_size", "transfer.max_inbox_size",
     [](const Settings& s) {
         return s.session.transfer.receive && s.session.transfer.maxFileSize > s.session.transfer.maxInboxSize;
     },
     "more than transfer.max_inbox_size: a file that large does not fit into the inbox"},
    {"plugins.backoff_cap", "plugins.backoff_base",
     [](const Settings& s) { return s.slot.process.backoffCap < s.slot.process.backoffBase; },
     "less than plugins.backoff_base: no wait grows, all are up to backoff_cap"},
    {"server.token", "server.token_file",
     [](const Settings& s) { return s.rawValues.contains("server.token") && !s.tokenFile.empty(); },
     "has no effect: server.token_file is set, too"},
    {"log.console", "log.file", silent,
     "nothing is logged: log.console is false and log.file is not set; set log.file, or log.level = off if that is "
     "meant"},
};

/// The one of two keys that is written; empty: none is.
std::string writtenOf(const Contradiction& row, const Settings& settings) {
    for (const auto* key : {row.key, row.other}) {
        if (settings.rawValues.contains(key)) {
            return key;
        }
    }
    return {};
}

bool isReplaced(const char* key) {
    return scopeOf(key) != Scope::restart;
}

/// The log would be written into it, or rotated over it.
void checkLogFile(const Settings& settings, Findings& findings) {
    const std::filesystem::path log(settings.log.file);
    Settings others = settings;
    others.log.file.clear();
    const auto files = namedFiles(others);
    std::error_code missing;
    const bool taken = std::ranges::any_of(files, [&](const std::string& file) {
        return log.lexically_normal() == std::filesystem::path(file).lexically_normal() ||
               std::filesystem::equivalent(log, file, missing);
    });
    if (taken) {
        findings.add({Found::sharedFile, settings.originOf("log.file"), "log.file",
                      "another setting names this file, or it is the configuration"});
    }
}

}  // namespace

void findContradictions(const Settings& settings, bool reloading, Findings& findings) {
    for (const auto& row : contradictions) {
        const bool looked = !reloading || isReplaced(row.key) || isReplaced(row.other);
        const std::string key = looked && row.contradict(settings) ? writtenOf(row, settings) : "";
        if (!key.empty()) {
            const std::string about = key == row.key ? "" : std::string(row.key) + " is ";
            findings.add({Found::contradiction, settings.originOf(key), key, about + row.text});
        }
    }
    if (!reloading && !settings.log.file.empty()) {
        checkLogFile(settings, findings);
    }
}

}  // namespace aip::app
