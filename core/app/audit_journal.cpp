#include "app/audit_journal.h"

#include "base/json_text.h"
#include "base/log.h"

#include <utility>

namespace aip::app {

AuditJournal::AuditJournal(const std::string& socket) : _socket(Datagrams::to(socket)) {}

void AuditJournal::copy(std::string_view lines) {
    bool taken = true;
    while (taken && !lines.empty()) {
        const auto end = lines.find('\n');
        taken = copyOne(lines.substr(0, end));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
    if (!taken && !_failing) {
        base::log::warn("audit.journal: the journal does not take the records; they stand in the file");
    }
    _failing = !taken;
}

bool AuditJournal::copyOne(std::string_view line) const {
    return _socket && _socket->send("SYSLOG_IDENTIFIER=aip-agent-audit\nPRIORITY=6\nMESSAGE=" +
                                    base::excerpt(line, longestRecord) + "\n");
}

}  // namespace aip::app
