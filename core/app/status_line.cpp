#include "app/status_line.h"

#include "base/printable.h"

#include <string_view>

namespace aip::app {
namespace {

using lifecycle::State;

constexpr std::size_t longestStatus = 1'000;

std::string_view wordsFor(State state) {
    switch (state) {
        case State::disconnected:
            return "not connected to ";
        case State::connecting:
            return "connecting to ";
        case State::describing:
        case State::registering:
            return "registering with ";
        case State::listening:
            return "registered with ";
        case State::rejected:
            return "refused by ";
        case State::occupied:
            return "refused, as this client.id is already registered, by ";
        case State::waiting:
            return "no connection to ";
        case State::draining:
        case State::cancelling:
        case State::closing:
        case State::leaving:
            return "stopping the session with ";
        case State::stopped:
            return "stopped the session with ";
    }
    return {};
}

std::string waitOf(const lifecycle::SessionStatus& status) {
    if (!status.nextAttempt) {
        return {};
    }
    return "; next attempt in " + std::to_string((status.nextAttempt->count() + 999) / 1000) + " s";
}

}  // namespace

std::string statusLine(const lifecycle::SessionStatus& status, const Redaction& redaction) {
    std::string line = std::string(wordsFor(status.state)) + status.server;
    line += status.lastError.empty() ? "" : ": " + status.lastError;
    line += waitOf(status);
    if (status.state == State::draining || status.state == State::cancelling) {
        line += "; " + base::counted(status.unanswered, "command") + " not answered";
    }
    return base::printable(redaction(line), longestStatus);
}

}  // namespace aip::app
