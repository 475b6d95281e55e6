#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// What agent and runner say to each other: structs to frames and back. No I/O.
///
/// A frame is one packet: its length (4 bytes), its type (2 bytes), the fields of the message in their order, as
/// base/packing.h packs them. Nothing in a frame is believed: lengths are
/// checked, every byte must be used, an unknown type or value is an error.
namespace aip::link {

inline constexpr std::uint32_t protocolVersion = 1;

/// A longer payload does not travel in its frame but in memory that is shared: its descriptor comes with the frame.
inline constexpr std::size_t largestInline = 64UL << 10U;
/// What a message may have beside its payload is far less.
inline constexpr std::size_t largestFrame = 2 * largestInline;

/// The one long text of a message, its last field. Shared if it is longer than largestInline: then the frame has its
/// size only, and memory comes with it.
struct Payload {
    std::string_view text;
    std::uint64_t size = 0;  ///< bytes

    Payload() = default;
    Payload(std::string_view whole) : text(whole), size(whole.size()) {}
    /// One that is in shared memory already.
    static Payload inMemory(std::uint64_t size) {
        Payload payload;
        payload.size = size;
        return payload;
    }
    bool shared() const { return size > largestInline; }
};

// From the agent:

/// The first message, with the descriptor of the library. The payload describes the plugin: hosting::PluginSpec.
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
    Payload plugin;
};

/// Runs a call in a place that is free. The numbers of a place only grow.
struct Invoke {
    std::uint32_t place = 0;   ///< below `concurrency`
    std::uint64_t number = 0;  ///< from 1
    std::uint8_t kind = 0;     ///< 0: execute, 1: collect
    std::uint64_t remainingMs = 0;
    std::string_view callId;
    std::string_view tool;
    std::string_view toolType;
    Payload parameters;
};

/// Cancels the call in that place if it still has this number, or a call of it that has yet to arrive.
struct Cancel {
    std::uint32_t place = 0;
    std::uint64_t number = 0;
    std::int32_t code = 0;
    std::string_view text;
};

/// What became of an Offer.
struct Answer {
    std::uint32_t request = 0;
    std::int32_t code = 0;
    std::string_view text;
};

/// To stop and destroy the plugin once no call runs, and to end. The last message.
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

/// What a plugin with aip.dynamic-tools/1 offers now, as it has written it: before Started, and after every change.
struct Tools {
    Payload json;
};

/// The index of a type is its number in the frame.
using Message =
    std::variant<Start, Invoke, Cancel, Answer, Stop, Started, Refused, Log, Progress, Finished, Offer, Stopped, Tools>;

/// Its payload; null if messages of its type have none.
const Payload* payloadOf(const Message& message);
/// Whether a descriptor comes with messages of its type, beside that of a shared payload.
bool hasDescriptor(const Message& message);

/// A frame in two pieces, so that a payload need not be copied.
struct Frame {
    std::string head;
    std::string_view tail;    ///< the payload, if it is inline: a view into what the message views
    std::string_view shared;  ///< the payload, if it is not
};

Frame encode(const Message& message);

/// INVALID says what is wrong. The texts are views into `frame`; a shared payload is still without its text.
base::Result<Message> decode(std::string_view frame);

}  // namespace aip::link
