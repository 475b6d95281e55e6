#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "control/request.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace aip::control {

struct SocketSettings {
    std::string path;
    std::string group{};  ///< its members may connect, too; empty: only the agent's user, and root
    std::chrono::milliseconds answerLimit{30'000};   ///< in which a peer takes the next part of an answer
    std::chrono::milliseconds requestLimit{10'000};  ///< in which it has sent all of a request
    std::size_t mostRequestBytes = 64UL << 20U;      ///< of all requests, until they have their answers
};

/// Where the socket may be: makes its folder if that is missing, of mode 0700 (0750 with a group), and refuses one in
/// which strangers may write. Removes the socket of an agent that has ended. STATE: one runs that has it.
base::Result<void> makeWay(const SocketSettings& settings);

/// After bind() and before listen(): 0600, or 0660 with the group. DENIED: we are not in it.
base::Result<void> restrict(const SocketSettings& settings);

/// At the other end of a connection; none if the kernel does not say.
std::optional<Peer> peerOf(int socket);

/// Another descriptor of the same connection; none if the system is short of them.
base::Descriptor duplicateOf(int socket);

/// Wakes who reads from it or writes to it.
void shutDown(int socket);

/// Whether it has closed the connection, or its sending half. Waits for that up to `limit`.
bool isGone(int socket, std::chrono::milliseconds limit = {});

}  // namespace aip::control
