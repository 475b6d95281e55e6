#pragma once

#include "base/error.h"
#include "network/stream.h"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// A Stream for those who wait: each call blocks, until `end` at most, and until somebody shuts the socket down.
namespace aip::http {

using TimePoint = std::chrono::steady_clock::time_point;

/// The rest of connecting. The error is that of the stream, or `silence`.
base::Result<void> finishConnecting(network::Stream& stream, TimePoint end, const char* silence);

/// At least one byte; 0: the peer has ended.
base::Result<std::size_t> readSome(network::Stream& stream, std::span<char> space, TimePoint end);

base::Result<void> writeAll(network::Stream& stream, std::string_view bytes, TimePoint end);

}  // namespace aip::http
