#pragma once

#include "app/finding.h"
#include "lifecycle/connection_failure.h"

#include <chrono>
#include <optional>

namespace aip::app {

/// What has failed on the way to the server, or with the connection that was there. Not if nothing has.
Findings connectionFindings(const lifecycle::ConnectionFailure& failure);

/// Of clocks that differ by more than a server that checks dates would take.
Findings clockFindings(std::optional<std::chrono::seconds> ahead);

}  // namespace aip::app
