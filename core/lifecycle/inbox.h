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

/// The folder in which received files lie in quarantine, one after the other: ID.bin is the content, ID.json says what
/// the server claims of it. ID is a UUID of ours: nothing that the server says becomes part of a path, and nothing is
/// ever executed or opened by us. The folder has mode 700 and is made if it is missing; the files have mode 600. The
/// content appears under its name when it is whole, checked and on the disk, its JSON before it. Blocks on the disk;
/// one thread at a time. One agent per folder.
class Inbox {
  public:
    /// `maxSize`: bytes of everything in the folder.
    Inbox(std::string folder, std::uint64_t maxSize) : _folder(std::move(folder)), _maxSize(maxSize) {}
    ~Inbox() { drop(); }
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    /// Begins a file of `size` bytes.
    base::Result<void> open(std::uint64_t size);
    /// Without an open file (because open() or an earlier append() has failed) this does nothing.
    base::Result<void> append(std::string_view bytes);
    /// Ends it: compares the checksum, if one is claimed. Returns the file's name; empty without an open file.
    base::Result<std::string> store(const protocol::Announcement& claim, std::string_view now);
    /// Removes what there is of an unfinished file.
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
