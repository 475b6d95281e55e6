#include "lifecycle/state_table.h"

#include <algorithm>
#include <array>

namespace aip::lifecycle {
namespace {

using enum State;
using A = Action;
using E = Event;

constexpr std::array table{
    Transition{disconnected, E::start, A::openChannel, connecting},
    Transition{disconnected, E::stop, A::finish, stopped},

    Transition{connecting, E::opened, A::describeDevice, describing},
    Transition{connecting, E::closed, A::scheduleRetry, waiting},
    Transition{connecting, E::stop, A::abortChannel, closing},

    Transition{describing, E::described, A::sendRegistration, registering},
    Transition{describing, E::closed, A::scheduleRetry, waiting},
    Transition{describing, E::stop, A::abortChannel, closing},

    Transition{registering, E::accepted, A::beginListening, listening},
    Transition{registering, E::refused, A::closeChannel, rejected},
    Transition{registering, E::refusedInUse, A::closeChannel, occupied},
    Transition{registering, E::timedOut, A::abortChannel, rejected},
    Transition{registering, E::closed, A::scheduleRetry, waiting},
    Transition{registering, E::stop, A::abortChannel, closing},

    Transition{listening, E::silent, A::abortChannel, listening},
    Transition{listening, E::closed, A::loseSession, waiting},
    Transition{listening, E::stop, A::drain, draining},

    Transition{rejected, E::closed, A::scheduleRetry, waiting},
    Transition{rejected, E::stop, A::abortChannel, closing},

    Transition{occupied, E::closed, A::scheduleRetry, occupied},
    Transition{occupied, E::retryDue, A::openChannel, connecting},
    Transition{occupied, E::exhausted, A::finish, stopped},
    Transition{occupied, E::stop, A::abortChannel, closing},

    Transition{waiting, E::retryDue, A::openChannel, connecting},
    Transition{waiting, E::exhausted, A::finish, stopped},
    Transition{waiting, E::stop, A::finish, stopped},

    Transition{draining, E::drained, A::closeChannel, closing},
    Transition{draining, E::closed, A::finish, stopped},
    Transition{draining, E::stop, A::hurry, cancelling},

    Transition{cancelling, E::drained, A::closeChannel, leaving},
    Transition{cancelling, E::closed, A::finish, stopped},
    Transition{cancelling, E::timedOut, A::abortChannel, leaving},
    Transition{cancelling, E::stop, A::abortChannel, leaving},

    Transition{closing, E::closed, A::finish, stopped},
    Transition{closing, E::timedOut, A::abortChannel, closing},
    Transition{closing, E::stop, A::hurry, leaving},

    Transition{leaving, E::closed, A::finish, stopped},
    Transition{leaving, E::timedOut, A::abortChannel, leaving},
    Transition{leaving, E::stop, A::abortChannel, leaving},
};

}  // namespace

const Transition* transition(State state, Event event) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const Transition& candidate) {
        return candidate.from == state && candidate.event == event;
    });
    return row == table.end() ? nullptr : &*row;
}

std::string_view name(State state) {
    static constexpr std::array names{"disconnected", "connecting", "describing", "registering", "listening",
                                      "rejected",     "occupied",   "waiting",    "draining",    "cancelling",
                                      "closing",      "leaving",    "stopped"};
    return names.at(static_cast<std::size_t>(state));
}

std::string_view name(Event event) {
    static constexpr std::array names{"start",        "opened",   "described", "accepted", "refused",
                                      "refusedInUse", "timedOut", "silent",    "closed",   "retryDue",
                                      "exhausted",    "stop",     "drained"};
    return names.at(static_cast<std::size_t>(event));
}

std::string_view name(Action action) {
    static constexpr std::array names{"none",           "openChannel",  "describeDevice", "sendRegistration",
                                      "beginListening", "closeChannel", "abortChannel",   "scheduleRetry",
                                      "loseSession",    "drain",        "hurry",          "finish"};
    return names.at(static_cast<std::size_t>(action));
}

}  // namespace aip::lifecycle
