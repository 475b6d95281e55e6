#pragma once

#include "http/exchange.h"

#include <chrono>

namespace aip::http {

/// A request whose answer nobody needs. Blocks until its head is there, for `limit` at most, unless it still connects.
void sendBriefly(Target target, const Request& request, std::chrono::milliseconds limit);

}  // namespace aip::http
