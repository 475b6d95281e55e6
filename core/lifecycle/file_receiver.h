#pragma once

#include "base/clock.h"
#include "lifecycle/inbox.h"
#include "lifecycle/incoming_file.h"
#include "lifecycle/transfer.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace aip::lifecycle {

/// Takes the files that the server sends into the inbox. Whatever is wrong with one: what there is of it is removed,
/// the server is told once, the connection stays. The session's thread; writing is done on the disk thread, which is
/// handed at most `maxWaiting` bytes at a time (or one frame): a server that outruns the disk loses the file.
class FileReceiver {
  public:
    static constexpr std::size_t maxWaiting = 64UL << 20U;

    FileReceiver(const TransferSettings& settings, TransferLink& link, const base::Clock& clock);

    /// Is this binary message part of a file? (Otherwise it is a text that came in a binary frame.)
    bool isFrame(std::string_view data) const;

    void announced(const protocol::Announcement& announcement);
    void frame(std::string data);

    base::Clock::TimePoint due() const { return _due; }
    /// Drops a file for which nothing has come until due().
    void checkTime();
    void connectionLost();

  private:
    using Written = base::Result<std::string>;

    void act(const IncomingFile::Step& step, std::string data = {});
    void append(std::string data);
    void store();
    void fail(const std::string& fault);
    void onDisk(std::size_t bytes, std::function<Written()> job);
    void written(std::uint64_t file, std::size_t bytes, const Written& result);

    const TransferSettings& _settings;
    TransferLink& _link;
    const base::Clock& _clock;
    IncomingFile _incoming;
    base::Clock::TimePoint _due = base::Clock::TimePoint::max();
    std::uint64_t _file = 0;       ///< counts the files
    std::uint64_t _firstFile = 0;  ///< of this connection
    std::size_t _waiting = 0;      ///< bytes handed to the disk thread and not yet written
    Inbox _inbox;                  ///< the disk thread's
};

}  // namespace aip::lifecycle
