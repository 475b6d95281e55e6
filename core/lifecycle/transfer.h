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
    std::uint64_t maxFileSize = 100UL << 20U;        ///< bytes, each way
    std::uint64_t maxInboxSize = 1UL << 30U;         ///< bytes of all files in the inbox
    std::chrono::milliseconds pieceTimeout{60'000};  ///< from one announcement or frame to the next, within a file
    std::size_t chunkSize = 1UL << 20U;              ///< bytes of a piece that we send; the reference's
};

/// How files on their way reach the session that they belong to. All on the session's thread, but post().
struct TransferLink {
    std::function<void(transport::OutgoingMessage)> send;
    std::function<std::size_t()> queued;  ///< bytes not yet out
    std::function<void(const std::string&)> sendError;
    std::function<std::string()> now;                         ///< base::timestamp()
    std::function<void(std::function<void()>)> post;          ///< runs a job on the session's thread; any thread
    std::function<void(std::function<void()>)> onDiskThread;  ///< where the disk may block; in order
};

}  // namespace aip::lifecycle
