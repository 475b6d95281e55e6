#pragma once

#include <cstdint>
#include <string_view>

/// The AIP session as a table: (state, event) -> (action, next state). Pure: no time, no sockets, no threads.
namespace aip::lifecycle {

enum class State : std::uint8_t {
    disconnected,  ///< not started
    connecting,    ///< TCP and the WebSocket upgrade
    describing,    ///< the channel is open, REGISTER is being prepared: nothing the server says answers it
    registering,   ///< REGISTER is sent and not answered
    listening,     ///< registered: this is where an agent spends its life
    rejected,      ///< registration failed: closing the connection, then waiting
    occupied,      ///< our client_id is taken, most likely by our own dead connection: closing, then waiting
    waiting,       ///< until the next attempt
    draining,      ///< stopping: no new work, what runs may end
    closing,       ///< stopping: the connection is being closed
    stopped,
};
std::string_view name(State state);

enum class Event : std::uint8_t {
    start,
    opened,        ///< the channel is open
    described,     ///< the device's description is ready to be sent
    accepted,      ///< REGISTER was answered with status ok
    refused,       ///< REGISTER was answered with an error
    refusedInUse,  ///< ... which says that the client_id is already registered
    timedOut,      ///< the registration deadline has passed
    silent,        ///< heartbeats are not answered
    closed,        ///< the channel is closed, or never came to be open
    retryDue,      ///< the wait is over
    exhausted,     ///< no attempt is left
    stop,          ///< asked to stop
    drained,       ///< every batch is answered and sent
};
std::string_view name(Event event);

enum class Action : std::uint8_t {
    none,
    openChannel,
    describeDevice,  ///< collect what REGISTER carries; gives described
    sendRegistration,
    beginListening,  ///< start heartbeats, announce that we are registered
    closeChannel,    ///< gives closed
    abortChannel,    ///< the same at once; gives closed also where there is no channel
    scheduleRetry,   ///< gives retryDue or exhausted
    loseSession,     ///< cancel what the server cannot hear any more, then as scheduleRetry
    drain,           ///< gives drained
    finish,
};
std::string_view name(Action action);

struct Transition {
    State from;
    Event event;
    Action action;
    State to;
};

/// The row for an event in a state; null where the event means nothing in that state (it came too late).
const Transition* transition(State state, Event event);

}  // namespace aip::lifecycle
