#pragma once

#include "audit/chain.h"
#include "audit/trail_file.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace aip::audit {

/// The chain of records in its file. Each file begins with a record of the kind "opened", and so does each time that it
/// is opened. What a writer before this one had to write and could not, has a record that counts it. Not for concurrent
/// use.
class Ledger {
  public:
    struct Settings {
        TrailFile::Settings file;
        std::size_t maxSize = 0;  ///< bytes, then the file is rotated; one record alone may be larger
        bool syncsFiles = false;  ///< before a file is left
        /// Members of an "opened" record that says why.
        std::function<std::string(const std::string& members)> opened;
        /// Members of a record of so many that were lost, by a writer before this one.
        std::function<std::string(std::uint64_t count)> lost;
        std::function<void(const Checkpoint&)> rotated;         ///< the last record of a file that is left
        std::function<void(std::string_view lines)> written{};  ///< whole lines that stand in the file; may be null
    };

    /// Opens the file and goes on with its chain. If the last line is not a record, the file is left and another chain
    /// begins.
    static base::Result<Ledger> open(Settings settings);

    /// Seals a record, which write() then writes. Goes on in another file if this one is full, or was taken away. An
    /// error: it is not sealed, because what was sealed before it cannot be written; it may be tried again.
    base::Result<void> add(const std::string& members);

    /// Writes what is sealed. After an error it may be tried again.
    base::Result<void> write();
    base::Result<void> sync() { return _file.sync(); }
    /// See TrailFile::owe().
    void owe(std::uint64_t count) noexcept { _file.owe(count); }

    const Checkpoint& last() const { return _chain.last(); }
    /// The last one that stands in a file.
    const Checkpoint& kept() const { return _kept; }
    /// Records that are sealed and stand in no file.
    std::uint64_t unwritten() const { return last().sequence - kept().sequence; }
    /// Bytes of an incomplete line that were cut when it was opened.
    std::uint64_t cut() const { return _file.cut(); }

  private:
    Ledger(Settings settings, TrailFile file, Checkpoint last)
        : _settings(std::move(settings)), _file(std::move(file)), _chain(last), _kept(std::move(last)) {}
    void begin(const std::string& why, std::uint64_t cut = 0);
    base::Result<void> rotate(const std::string& why);

    Settings _settings;
    TrailFile _file;
    Chain _chain;
    Checkpoint _kept;
    std::string _sealed;
};

}  // namespace aip::audit
