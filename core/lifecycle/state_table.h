#pragma once

#include <cstdint>
#include <string_view>

/// The AIP session as a table: (state, event) -> (action, next state). Pure: no time, no sockets, no threads.
namespace aip::lifecycle {

enum class State : std::uint8_t {
    disconnected,  ///< not started
    connecting,    ///< TCP and the WebSocket upgrade
    describing,    ///< the channel is open, REGISTER is being prepared; messages are ignored
    registering,   ///< REGISTER is sent, its answer has not come
    listening,     ///< registered; the normal state
    rejected,      ///< registration failed: closing the connection, then waiting
    occupied,      ///< our client_id is already registered: closing, then waiting
    waiting,       ///< for the next attempt
    draining,      ///< stopping: no new work, running commands may end
    cancelling,    ///< asked to stop again: running commands are cancelled, their answers are awaited
    closing,       ///< stopping: the connection is being closed
    leaving,       ///< the same, asked to stop again
    stopped,
};
std::string_view name(State state);

enum class Event : std::uint8_t {
    start,
    opened,        ///< the channel is open
    described,     ///< the device's description is ready to be sent
    accepted,      ///< REGISTER was answered with status ok
    refused,       ///< REGISTER was answered with an error
    refusedInUse,  ///< as refused, because the client_id is already registered
    timedOut,      ///< the deadline of the registration, or of the close, has passed
    silent,        ///< heartbeats are not answered
    closed,        ///< the channel is closed, or could not be opened
    retryDue,      ///< the wait is over
    exhausted,     ///< no attempt is left
    stop,          ///< asked to stop
    drained,       ///< every batch is answered and sent
};
std::string_view name(Event event);

enum class Action : std::uint8_t {
    none,
    openChannel,
    describeDevice,  ///< collect device information; then described
    sendRegistration,
    beginListening,  ///< start heartbeats, announce that we are registered
    closeChannel,    ///< then closed
    abortChannel,    ///< at once, also without a channel; then closed
    scheduleRetry,   ///< then retryDue or exhausted
    loseSession,     ///< cancel running commands or let them finish, then as scheduleRetry
    drain,           ///< then drained
    hurry,           ///< cancel what runs, set a short deadline; then drained or timedOut
    finish,
};
std::string_view name(Action action);

struct Transition {
    State from;
    Event event;
    Action action;
    State to;
};

/// The row for an event in a state; null if the state ignores the event, which then came too late.
const Transition* transition(State state, Event event);

}  // namespace aip::lifecycle
