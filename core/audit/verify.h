#pragma once

#include "audit/chain.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace aip::audit {

/// The first thing that is wrong with a chain.
struct ChainFault {
    enum class Kind {
        altered,    ///< a record is not what it was, or not a record
        missing,    ///< records are not there
        reordered,  ///< a record stands in another place
        cut,        ///< the last records are not there, or the last one is incomplete
    };
    Kind kind;
    std::uint64_t sequence;  ///< of the record, or of the first one that is missing
    std::string text;        ///< for people; names file and line

    bool operator==(const ChainFault&) const = default;
};

/// "altered", ...
std::string_view name(ChainFault::Kind kind);

/// Checks a chain line by line. The time is linear; two records are kept. Not for concurrent use.
class ChainCheck {
  public:
    /// `checkpoint`: what the log says.
    explicit ChainCheck(std::optional<Checkpoint> checkpoint = {}) : _checkpoint(std::move(checkpoint)) {}

    /// Lines from now on are of this file.
    void beginFile(std::string name);
    /// The next line, without its line break. `complete`: it had one.
    void add(std::string_view line, bool complete = true);
    /// After the last line.
    void end();

    const std::optional<ChainFault>& fault() const { return _fault; }
    /// Of the records so far.
    std::uint64_t first() const { return _first; }
    Checkpoint last() const;
    /// Records that could not be written, as the records of kind "records_lost" count them.
    std::uint64_t lost() const { return _lost; }

  private:
    using Kind = ChainFault::Kind;

    struct Entry {
        std::uint64_t sequence;
        std::string previous;
        std::string hash;
        std::string place;
    };
    /// Records that did not come in their place: `from` up to but not including `to`.
    struct Gap {
        std::uint64_t from;
        std::uint64_t to;
        std::string place;
    };

    void fail(Kind kind, std::uint64_t sequence, std::string text);
    void addEntry(Entry entry);
    void addFirst(Entry entry, std::string_view line);
    void addNext(Entry entry);
    void resolveGap(const Entry& entry);
    void resolveDoubt(const Entry& next);
    void accept(Entry entry);
    void endGap();
    void endChain();
    std::string place() const { return _file + ", line " + std::to_string(_line); }

    const std::optional<Checkpoint> _checkpoint;
    std::string _file;
    std::size_t _line = 0;
    std::uint64_t _first = 0;
    std::uint64_t _lost = 0;
    std::optional<Entry> _last;
    std::optional<Entry> _doubt;  ///< does not fit to the one before; the next one says which of them is to blame
    std::optional<Gap> _gap;      ///< missing, unless they come later
    std::optional<ChainFault> _fault;
};

struct Verified {
    std::uint64_t first = 0;  ///< record that is there; 0: there are none
    Checkpoint last;
    std::optional<ChainFault> fault;
    /// The checkpoint is of a record that is not kept any more: it says nothing.
    bool checkpointIsOlder = false;
    /// Records that could not be written, as others say.
    std::uint64_t lost = 0;
};

/// Checks a file of records and its older parts, the oldest first. An error if they cannot be read; UNAVAILABLE if some
/// are removed meanwhile. A writer may be at work: what it has not finished then is a cut.
base::Result<Verified> verify(const std::filesystem::path& path, const std::optional<Checkpoint>& checkpoint = {});

}  // namespace aip::audit
