#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// The messages between agent and runner: structs to frames and back. No I/O.
///
/// A frame is one packet: its length (4 bytes), its type (2 bytes), the fields of the message in their order, as
/// base/packing.h packs them. Nothing in a frame is trusted: lengths are checked, every byte must be used, an unknown
/// type or value is an error.
namespace aip::link {

inline constexpr std::uint32_t protocolVersion = 5;

/// A longer payload is not in its frame but in shared memory: one of the agent in memory that comes with the frame, one
/// of the runner in the memory that has come with Start (see areaOf()). So no message of the runner needs a descriptor
/// on its way but an Offer: the system counts these for all processes of a user, and a plugin can use them up.
inline constexpr std::size_t largestInline = 64UL << 10U;
/// The other fields of a message need far less; if they do not, it is not sent.
inline constexpr std::size_t largestFrame = 2 * largestInline;

/// The one long text of a message, its last field. It is shared if it is longer than largestInline: then the frame
/// holds only its size.
struct Payload {
    std::string_view text;
    std::uint64_t size = 0;  ///< bytes

    Payload() = default;
    Payload(std::string_view whole) : text(whole), size(whole.size()) {}
    /// A payload that is in shared memory already.
    static Payload inMemory(std::uint64_t size) {
        Payload payload;
        payload.size = size;
        return payload;
    }
    bool shared() const { return size > largestInline; }
};

// From the agent:

/// In Start: the uid and gid stay those of the agent.
inline constexpr std::uint32_t sameUser = ~0U;

/// The first message, with the descriptor of the library or of the program's folder, and that of the memory for the
/// payloads of the runner. The payload describes the plugin: hosting::PluginSpec.
struct Start {
    std::uint32_t version = protocolVersion;
    std::uint32_t concurrency = 1;
    std::uint64_t maxResultSize = 0;
    std::uint64_t maxArtifactSize = 0;
    std::uint8_t artifacts = 0;  ///< whether files may be sent: 0 or 1
    std::uint64_t memory = 0;    ///< this and the next three: see ProcessLimits
    std::uint64_t cpuSeconds = 0;
    std::uint64_t files = 0;
    std::uint64_t processes = 0;
    std::uint32_t required = 0;     ///< Measures without which the plugin must not be loaded
    std::uint8_t debuggable = 0;    ///< whether debuggers may attach: 0 or 1
    std::uint32_t user = sameUser;  ///< uid and gid to run as
    std::uint32_t group = sameUser;
    Payload plugin;
};

/// Runs a call in a free place. The numbers of a place only grow.
struct Invoke {
    std::uint32_t place = 0;   ///< below `concurrency`
    std::uint64_t number = 0;  ///< from 1
    std::uint8_t kind = 0;     ///< 0: execute, 1: collect, 2: a task has begun, 3: it has ended
    std::uint64_t remainingMs = 0;
    std::string_view callId;
    std::string_view tool;
    std::string_view toolType;
    Payload parameters;
    std::string_view agent{};  ///< this and the next four: who asks, see hosting::Caller
    std::string_view root{};
    std::string_view process{};
    std::string_view session{};
    std::string_view task{};
    std::uint64_t taskNumber = 0;  ///< of the task that the call belongs to; 0: none
};

/// Cancels the call with this number in that place, even before its Invoke is read; has no effect once it is finished.
struct Cancel {
    std::uint32_t place = 0;
    std::uint64_t number = 0;
    std::int32_t code = 0;
    std::string_view text;
};

/// The answer to an Offer.
struct Answer {
    std::uint32_t request = 0;
    std::int32_t code = 0;
    std::string_view text;
};

/// Stop and destroy the plugin once no call runs, then end. The last message.
struct Stop {};

// From the runner:

struct Started {};

/// Instead of Started: the reason code and the text of a Refusal. The runner ends.
struct Refused {
    std::string_view code;
    std::string_view text;
};

struct Log {
    std::int32_t level = 0;
    std::string_view line;
};

struct Progress {
    std::uint32_t place = 0;
    std::uint64_t number = 0;
    std::uint32_t permille = 0;
    std::string_view text;
};

/// The end of a call. Payload: the JSON if the code is OK, else the error's text.
struct Finished {
    std::uint32_t place = 0;
    std::uint64_t number = 0;
    std::int32_t code = 0;
    Payload text;
};

/// An artifact, with the descriptor of its content, handed over by a thread that waits for the Answer.
struct Offer {
    std::uint32_t request = 0;
    std::uint64_t size = 0;
    std::string_view callId;
    std::string_view name;
    std::string_view mimeType;
};

/// The plugin is stopped and destroyed. The last message.
struct Stopped {};

/// The current tools of a plugin with aip.dynamic-tools/1, as it writes them: before Started, and after every change.
struct Tools {
    Payload json;
};

/// What keeps the process apart from now on: before Started and Refused, and before any code of the plugin runs.
struct Confined {
    std::uint32_t inForce = 0;  ///< Measures
    std::string_view lacking;   ///< the others, each with the reason, for people; empty: none that was wanted
};

/// The process has crashed and is about to end: where, and in which call, for people. Once, at any time. The text may
/// have blanks at its end.
struct Crashed {
    std::string_view where;
};

/// What the tool has done, for the audit: at most Call::longestAccount bytes of JSON. Before Finished.
struct Account {
    std::uint32_t place = 0;
    std::uint64_t number = 0;
    std::string_view json;
};

/// From the agent: it has a copy of a shared payload of the runner, whose area may be used for another text.
struct Taken {
    std::uint32_t area = 0;
    std::uint64_t number = 0;  ///< of the call; 0: it is the list of tools
};

/// The index of a type is its number in the frame.
using Message = std::variant<Start, Invoke, Cancel, Answer, Stop, Started, Refused, Log, Progress, Finished, Offer,
                             Stopped, Tools, Confined, Crashed, Account, Taken>;

/// Its payload; null if messages of its type have none.
const Payload* payloadOf(const Message& message);
/// How many descriptors messages of its type carry, beside that of a shared payload.
std::size_t descriptorsOf(const Message& message);

/// Areas of the memory for the payloads of the runner.
inline constexpr std::uint32_t areaOfTools = 0;
constexpr std::uint32_t areaOfResult(std::uint32_t place) {
    return place + 1;
}
/// The area that its payload is in if it is shared, as the agent says it afterwards. None: the memory comes with it.
std::optional<Taken> areaOf(const Message& message);

/// A frame in two pieces, which saves copying the payload.
struct Frame {
    std::string head;
    std::string_view tail;    ///< the payload, if it is inline: a view into what the message views
    std::string_view shared;  ///< the payload, if it is shared: likewise a view
};

/// EXHAUSTED if its fields are too long for a frame.
base::Result<Frame> encode(const Message& message);

/// INVALID says what is wrong. The texts are views into `frame`; a shared payload has no text yet.
base::Result<Message> decode(std::string_view frame);

}  // namespace aip::link
