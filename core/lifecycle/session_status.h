#pragma once

#include "base/clock.h"
#include "lifecycle/connection_failure.h"
#include "lifecycle/state_table.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace aip::lifecycle {

/// A session at one moment, for its operator.
struct SessionStatus {
    State state = State::disconnected;
    base::Clock::WallTime since{};  ///< in this state
    std::string server;             ///< as configured
    std::string lastError{};        ///< why the last connection or attempt has ended; empty while registered
    ConnectionFailure failure{};    ///< the same; none while registered
    std::optional<std::chrono::seconds> clockAhead{};  ///< see transport::Channel::clockAhead()
    std::uint32_t attempts = 0;                        ///< since the last registration
    std::optional<std::chrono::milliseconds> nextAttempt{};
    std::optional<std::chrono::milliseconds>
        heartbeatAge{};           ///< since the server has acknowledged one, while registered
    std::string task{};           ///< empty: none
    std::string session{};        ///< of the task
    std::size_t unanswered = 0;   ///< COMMANDs
    std::size_t queuedBytes = 0;  ///< that wait to be sent
    std::size_t transfers = 0;    ///< bytes of files that wait to be sent
};

}  // namespace aip::lifecycle
