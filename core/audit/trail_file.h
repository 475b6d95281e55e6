#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace aip::audit {

/// A file of records and its older parts: audit.jsonl, audit.1.jsonl (the newest of these), audit.2.jsonl. Files are
/// made with mode 600. Not for concurrent use; one writer, also among processes: FILE.lock is locked.
class TrailFile {
  public:
    struct Settings {
        std::filesystem::path path;
        std::size_t maxFiles = 0;  ///< older parts that are kept, at least one
    };

    /// Makes it if it is missing, but no folders. A last line that is not complete is cut. STATE if another process
    /// writes it, INVALID if it does not begin as a record does: it is left as it is. Every error names the file.
    static base::Result<TrailFile> open(Settings settings);

    /// The last line when it was opened, of this file or, if it was empty, of the one before; without line break.
    const std::string& lastLine() const { return _lastLine; }
    /// Bytes of an incomplete line that were cut then.
    std::uint64_t cut() const { return _cut; }

    /// Of records that a writer before this one has not written: what it has said last by owe().
    std::uint64_t owed() const { return _owed; }
    /// So many records wait to be written, or will never be: kept in FILE.lock, for who opens the file next. Needs no
    /// room on a full disk; does what it can.
    void owe(std::uint64_t count) noexcept;

    std::uint64_t size() const { return _size; }

    /// False if somebody has removed it, or has put another file into its place: what is written is not found then.
    bool isInPlace() const;

    /// Appends lines: all of them, or the error says why none; then it may be tried again.
    base::Result<void> write(std::string_view lines);
    base::Result<void> sync();

    /// Goes on in an empty file; the one that is there, if there is one, becomes an older part. If that fails, in the
    /// one that is open.
    base::Result<void> rotate();

  private:
    TrailFile(Settings settings, base::Descriptor lock, base::Descriptor file);
    base::Result<void> recover();
    void readOwed();
    base::Error failed(int error) const;

    Settings _settings;
    base::Descriptor _lock;
    base::Descriptor _file;
    std::uint64_t _size = 0;
    std::uint64_t _cut = 0;
    std::uint64_t _owed = 0;
    std::string _lastLine;
};

/// Why open() must refuse what is there, beside STATE; makes and changes nothing.
base::Result<void> checkTrailFile(const std::filesystem::path& path);

/// The name of an older part.
std::filesystem::path olderName(const std::filesystem::path& path, std::size_t number);

}  // namespace aip::audit
