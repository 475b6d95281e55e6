#pragma once

#include "base/error.h"
#include "base/sha256.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The chain of records: each line holds its number and the SHA-256 of the line before it (without the line break). It
/// has no key: it shows accidents and careless changes. Who can write the file can make another chain; that is shown by
/// a checkpoint that was kept elsewhere.
namespace aip::audit {

/// A place in the chain: the number of a record and the hash of its line. Number 0: before the first record.
struct Checkpoint {
    std::uint64_t sequence = 0;
    std::string head = std::string(base::sha256Length, '0');

    bool operator==(const Checkpoint&) const = default;
};

/// "1234:HASH", as it stands in the log.
std::string textOf(const Checkpoint& checkpoint);
/// INVALID if the text is something else.
base::Result<Checkpoint> parseCheckpoint(std::string_view text);

/// How each line begins.
struct LineHead {
    std::uint64_t sequence;
    std::string_view previous;  ///< a view into the line
};
/// None if the line is not a record.
std::optional<LineHead> headOf(std::string_view line);

/// Makes lines of records. Not for concurrent use.
class Chain {
  public:
    /// Goes on after `last`.
    explicit Chain(Checkpoint last = {}) : _last(std::move(last)) {}

    /// Appends the next line, with its line break. Throws std::bad_alloc and appends nothing. `members`: of its JSON
    /// object, at least one, in one line.
    void seal(std::string& out, std::string_view members);

    const Checkpoint& last() const { return _last; }

  private:
    Checkpoint _last;
};

}  // namespace aip::audit
