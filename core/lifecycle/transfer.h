#pragma once

#include "transport/channel.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace aip::lifecycle {

struct TransferSettings {
    bool receive = false;
    bool send = false;
    std::string inbox;                               ///< folder for received files
    std::uint64_t maxFileSize = 100UL << 20U;        ///< bytes, in each direction
    std::uint64_t maxInboxSize = 1UL << 30U;         ///< bytes of all files in the inbox
    std::uint64_t maxInboxFiles = 10'000;            ///< files in the inbox; a received file is two of them
    std::chrono::milliseconds pieceTimeout{60'000};  ///< between two announcements or frames of a file
    std::size_t chunkSize = 1UL << 20U;              ///< bytes of a piece that we send; as the reference
};

/// What file transfers need of the session. I/O thread, except post().
class TransferLink {
  public:
    using Job = std::function<void()>;

    virtual void send(transport::OutgoingMessage message) = 0;
    /// Bytes waiting to be sent.
    virtual std::size_t queued() const = 0;
    virtual void sendError(const std::string& text) = 0;
    /// As base::timestamp().
    virtual std::string now() const = 0;
    /// Runs a job on the I/O thread. Any thread.
    virtual void post(Job job) = 0;
    /// Runs a job on the disk thread, in order.
    virtual void onDiskThread(Job job) = 0;

  protected:
    ~TransferLink() = default;
};

}  // namespace aip::lifecycle
