#pragma once

#include "transport/frame.h"

#include <functional>
#include <string>

namespace aip::transport {

/// Unpredictable bytes, a different four on every call.
using MaskSource = std::function<MaskKey()>;

/// Reads from the system's generator, a block at a time. Not for concurrent use.
MaskSource systemMasks();

/// `size` unpredictable bytes.
std::string randomBytes(std::size_t size);

}  // namespace aip::transport
