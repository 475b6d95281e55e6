#include "lifecycle/command_account.h"

#include "base/log.h"
#include "base/printable.h"

#include <chrono>

namespace aip::lifecycle {
namespace {

std::uint64_t microseconds(base::Clock::Duration time) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

std::string part(std::size_t count, std::string_view how) {
    return count == 0 ? "" : ", " + std::to_string(count) + " " + std::string(how);
}

}  // namespace

Outcomes outcomesOf(const std::vector<protocol::ActionResult>& results) {
    using protocol::ResultStatus;
    Outcomes outcomes;
    for (const auto& result : results) {
        outcomes.succeeded += result.status == ResultStatus::success ? 1 : 0;
        outcomes.failed += result.status == ResultStatus::failure ? 1 : 0;
        outcomes.skipped += result.status == ResultStatus::skipped || result.status == ResultStatus::none ? 1 : 0;
    }
    return outcomes;
}

std::string inWords(const Outcomes& outcomes) {
    const std::string parts =
        part(outcomes.succeeded, "succeeded") + part(outcomes.failed, "failed") + part(outcomes.skipped, "skipped");
    return base::counted(outcomes.succeeded + outcomes.failed + outcomes.skipped, "action") +
           (parts.empty() ? "" : ":" + parts.substr(1));
}

void logAnswered(const AnsweredCommand& answered) {
    const auto& command = *answered.command;
    const auto& outcomes = answered.outcomes;
    const auto duration = microseconds(answered.duration);
    base::log::lineWith(base::log::Level::info,
                        {{"kind", "command"},
                         {"session", command.sessionId.value_or("")},
                         {"task", command.taskName.value_or("")},
                         {"response", command.responseId.value_or("")},
                         {"succeeded", outcomes.succeeded},
                         {"failed", outcomes.failed},
                         {"skipped", outcomes.skipped},
                         {"duration_us", duration},
                         {"bytes_in", command.size},
                         {"bytes", answered.bytes}},
                        "session {} response {} task {}: {} in {:.3f} ms; {} bytes in, {} out{}",
                        protocol::shown(command.sessionId), protocol::shown(command.responseId),
                        protocol::shown(command.taskName), inWords(outcomes), static_cast<double>(duration) / 1e3,
                        command.size, answered.bytes, answered.sent ? "" : "; not sent, its connection is gone");
}

base::Clock::Duration Arrivals::take(const protocol::ServerMessage& command, base::Clock::TimePoint now) {
    const auto found = _times.find(&command);
    if (found == _times.end()) {
        return {};
    }
    const auto time = now - found->second;
    _times.erase(found);
    return time;
}

}  // namespace aip::lifecycle
