#pragma once

#include "app/datagrams.h"

#include <optional>
#include <string>
#include <string_view>

namespace aip::app {

/// A copy of the account in systemd's journal, record by record (SYSLOG_IDENTIFIER=aip-agent-audit). The file is what
/// counts: what the journal does not take, and the rest of the lines that came with it, is only told, once until it
/// takes one again; so a journal that hangs costs a second for many records. Not for concurrent use.
class AuditJournal {
  public:
    static constexpr std::size_t longestRecord = 100'000;  ///< bytes; longer ones are cut there

    explicit AuditJournal(const std::string& socket = "/run/systemd/journal/socket");

    /// Whole lines.
    void copy(std::string_view lines);

  private:
    bool copyOne(std::string_view line) const;

    const std::optional<Datagrams> _socket;
    bool _failing = false;
};

}  // namespace aip::app
