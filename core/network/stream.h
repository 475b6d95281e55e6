#pragma once

#include "network/obstacle.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace aip::network {

enum class Progress { done, wantsRead, wantsWrite, ended, failed };

/// What one step came to. wantsRead, wantsWrite: nothing now, try again once the descriptor is ready for it.
struct IoStep {
    Progress progress = Progress::done;
    std::size_t bytes = 0;  ///< moved; more than 0 if done
};

/// A connection that never blocks: TCP, or TLS on top of another stream.
class Stream {
  public:
    virtual ~Stream() = default;

    virtual int descriptor() const = 0;

    /// Goes on with connecting (for TLS: and with its handshake); done once read() and write() may be used.
    virtual IoStep connect() = 0;

    /// Into a space that is not empty; `ended` at the end of the peer's bytes.
    virtual IoStep read(std::span<char> space) = 0;

    /// Bytes that were not taken are to come again with the next write(), first.
    virtual IoStep write(std::string_view bytes) = 0;

    /// Has bytes that read() would give at once although the descriptor does not tell.
    virtual bool buffered() const = 0;

    /// The words for the step that failed.
    virtual const std::string& error() const = 0;

    /// What made it fail.
    virtual Obstacle obstacle() const { return Obstacle::unknown; }
};

}  // namespace aip::network
