#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "lifecycle/md5.h"
#include "protocol/messages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aip::lifecycle {

/// The folder in which received files are quarantined: ID.bin is the content, ID.json what the server claims about it.
/// ID is a UUID of ours: no text of the server becomes part of a path, and we never open or execute the files. The
/// folder is created with mode 700 if it is missing; the files have mode 600.
///
/// Order: ID.json appears first; ID.bin appears when it is complete, checked and on the disk.
/// Threads: one at a time; every function may block on the disk. One agent per folder.
class Inbox {
  public:
    /// `maxSize`: bytes of all files in the folder.
    Inbox(std::string folder, std::uint64_t maxSize) : _folder(std::move(folder)), _maxSize(maxSize) {}
    ~Inbox() { drop(); }
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    /// Starts a file of `size` bytes.
    base::Result<void> open(std::uint64_t size);
    /// Does nothing if no file is open, because open() or an earlier append() failed.
    base::Result<void> append(std::string_view bytes);
    /// Completes the file and compares the checksum if one is claimed. Returns the file's name; empty if none is open.
    base::Result<std::string> store(const protocol::Announcement& claim, std::string_view now);
    /// Removes an unfinished file.
    void drop();

  private:
    base::Result<void> openFolder();
    void removeLeftovers() const;
    std::uint64_t used() const;
    base::Result<base::Descriptor> create(const std::string& name) const;
    base::Result<void> writeClaim(const protocol::Announcement& claim, const std::string& md5, std::string_view now);
    base::Result<void> publish();
    base::Error failed(const std::string& doing);

    const std::string _folder;
    const std::uint64_t _maxSize;
    base::Descriptor _directory;  ///< while a file is open
    base::Descriptor _file;
    std::string _id;
    Md5 _md5;
};

}  // namespace aip::lifecycle
