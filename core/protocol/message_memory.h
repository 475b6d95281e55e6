#pragma once

#include "protocol/messages.h"

#include <cstddef>
#include <memory>

namespace aip::protocol {

/// Bytes that the message keeps allocated.
std::size_t heldBytes(const ServerMessage& message);

/// The COMMAND, or a copy of what executing it needs (ids, names and parameters) if that is less than half of a large
/// one.
ServerMessagePtr compacted(std::shared_ptr<ServerMessage> command);

}  // namespace aip::protocol
