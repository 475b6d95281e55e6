#pragma once

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "lifecycle/inbox.h"
#include "lifecycle/incoming_file.h"
#include "lifecycle/transfer.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace aip::lifecycle {

/// Stores the files that the server sends in the inbox. If a file fails, its part in the inbox is removed, the server
/// is told once, and the connection stays up.
///
/// Threads: all functions run on the I/O thread; writing runs on the disk thread, in order. At most `maxWaiting` bytes
/// (or one frame) in `maxJobs` jobs wait for the disk: a server that is faster than the disk loses the file.
class FileReceiver {
  public:
    static constexpr std::size_t maxWaiting = 64UL << 20U;
    static constexpr std::size_t maxJobs = 1'000;

    FileReceiver(const TransferSettings& settings, TransferLink& link, const base::Clock& clock);

    /// Whether this binary message is part of a file; otherwise it is text in a binary frame.
    bool isFrame(std::string_view data) const;

    void announced(const protocol::Announcement& announcement);
    void frame(base::ByteBuffer data);

    base::Clock::TimePoint due() const { return _due; }
    /// Drops the file if nothing has arrived for it until due().
    void checkTime();
    void connectionLost();

  private:
    using Written = base::Result<std::string>;

    void act(const IncomingFile::Step& step, base::ByteBuffer data = {});
    void open();
    void append(base::ByteBuffer data);
    void store();
    void fail(const std::string& fault);
    void drop();
    bool tooSlow(std::size_t bytes) const;
    void onDisk(std::size_t bytes, std::function<Written()> job);
    void written(std::uint64_t file, std::size_t bytes, const Written& result);

    const TransferSettings& _settings;
    TransferLink& _link;
    const base::Clock& _clock;
    IncomingFile _incoming;
    base::Clock::TimePoint _due = base::Clock::TimePoint::max();
    std::uint64_t _file = 0;       ///< number of the current file
    std::uint64_t _firstFile = 0;  ///< number of the first file of this connection
    bool _opened = false;          ///< the disk thread has, or will have, a part of the current file
    std::size_t _waiting = 0;      ///< bytes passed to the disk thread and not yet written
    std::size_t _jobs = 0;         ///< passed to the disk thread and not yet done
    Inbox _inbox;                  ///< used on the disk thread only
};

}  // namespace aip::lifecycle
