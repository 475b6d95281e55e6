#pragma once

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "lifecycle/md5.h"
#include "protocol/messages.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::lifecycle {

/// The folder in which received files are quarantined: ID.bin is the content, ID.json what the server claims about it.
/// ID is a UUID of ours: no text of the server becomes part of a path, and we never open or execute the files. The
/// folder is created with mode 700 if it is missing; the files have mode 600.
///
/// What the folder holds is counted when it is first used or replaced, and again when it is full, at most every
/// `recountInterval`: an operator may empty it while the agent runs.
///
/// Order: ID.json appears first; ID.bin appears when it is complete, checked and on the disk.
/// Threads: one at a time; every function may block on the disk. One agent per folder.
class Inbox {
  public:
    static constexpr std::chrono::seconds recountInterval{10};

    /// Of all files in the folder; a received file is two of them.
    struct Usage {
        std::uint64_t bytes = 0;
        std::uint64_t files = 0;
    };

    Inbox(std::string folder, Usage limits) : _folder(std::move(folder)), _limits(limits) {}
    ~Inbox() { drop(); }
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    /// Starts a file of `size` bytes.
    base::Result<void> open(std::uint64_t size, base::Clock::TimePoint now);
    /// Does nothing if no file is open, because open() or an earlier append() failed.
    base::Result<void> append(std::string_view bytes);
    /// Completes the file and compares the checksum if one is claimed. Returns the file's name; empty if none is open.
    base::Result<std::string> store(const protocol::Announcement& claim, std::string_view now);
    /// Removes an unfinished file.
    void drop();

  private:
    base::Result<void> openFolder(base::Clock::TimePoint now);
    base::Result<void> makeRoom(std::uint64_t size, base::Clock::TimePoint now);
    bool hasRoom(std::uint64_t size) const;
    void removeLeftovers() const;
    void count(base::Clock::TimePoint now);
    base::Result<base::Descriptor> create(const std::string& name) const;
    /// Returns the bytes of ID.json.
    base::Result<std::uint64_t> writeClaim(const protocol::Announcement& claim, const std::string& md5,
                                           std::string_view now);
    base::Result<void> publish();
    base::Error failed(const std::string& doing);

    const std::string _folder;
    const Usage _limits;
    Usage _used;
    base::Clock::TimePoint _counted = base::Clock::TimePoint::min();
    std::pair<std::uint64_t, std::uint64_t> _identity;  ///< device and inode of the folder that was counted
    base::Descriptor _directory;                        ///< while a file is open
    base::Descriptor _file;
    std::string _id;
    Md5 _md5;
};

}  // namespace aip::lifecycle
