#include "app/audit_journal.h"

#include "base/json_text.h"
#include "base/log.h"

#include <utility>

namespace aip::app {

AuditJournal::AuditJournal(const std::string& socket) : _socket(Datagrams::to(socket)) {}

void AuditJournal::copy(std::string_view lines) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        copyOne(lines.substr(0, end));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

void AuditJournal::copyOne(std::string_view line) {
    const std::string entry =
        "SYSLOG_IDENTIFIER=aip-agent-audit\nPRIORITY=6\nMESSAGE=" + base::excerpt(line, longestRecord) + "\n";
    const bool taken = _socket && _socket->send(entry);
    if (!taken && !_failing) {
        base::log::warn("audit.journal: the journal does not take the records; they stand in the file");
    }
    _failing = !taken;
}

}  // namespace aip::app
