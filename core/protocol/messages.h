#pragma once

#include "base/byte_buffer.h"
#include "base/json_values.h"

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The messages of AIP as they stand on the wire. No I/O, no clock.
namespace aip::protocol {

enum class Status { continues, completed, failed, ok, error };
std::string_view name(Status status);
std::optional<Status> parseStatus(std::string_view text);

enum class ServerType {
    task,
    command,
    taskEnd,
    heartbeat,
    error,
    deviceInfoRequest,
    deviceInfoResponse,
    binaryData,
    fileTransferStart,
    fileTransferComplete,
};
std::string_view name(ServerType type);
std::optional<ServerType> parseServerType(std::string_view text);

/// What one message may hold; a COMMAND beyond it is answered with one failure, any other message is a fault.
inline constexpr std::size_t maxActions = 1'000;  ///< of a COMMAND
inline constexpr std::size_t maxIdSize = 1'024;   ///< bytes of an id or a name
/// JSON values of a message; more are a fault, whatever they are: to walk over them takes a thread that others wait
/// for.
inline constexpr std::size_t maxValues = base::mostJsonValues;

/// Null and absent are the same on this wire.
using OptionalText = std::optional<std::string_view>;

/// An id as it stands in a line of the log: at most maxIdSize bytes of it, "-" if there is none.
std::string shown(const OptionalText& id);

/// A copy that outlives the message.
std::optional<std::string> owned(const OptionalText& text);

/// One entry of a COMMAND's `actions`.
struct Action {
    std::string_view toolName;    ///< empty: no action wanted
    OptionalText toolType;        ///< "action", "data_collection", or another text of the server
    std::string_view parameters;  ///< one JSON object as text, not checked inside; "{}" if null or absent
    OptionalText callId;
};

/// The texts around a binary transfer, in either direction: binary_data announces one binary frame, the other two are
/// the start and the end of a file in pieces.
struct Announcement {
    ServerType type = ServerType::binaryData;
    std::optional<std::string> filename{};  ///< as the server gives it; never used as a path
    std::optional<std::string> mimeType{};
    std::optional<std::string> checksum{};  ///< MD5, hex
    std::optional<std::string> sessionId{};
    std::optional<std::uint64_t> size{};         ///< bytes: of the frame, or of the whole file
    std::optional<std::uint64_t> chunkSize{};    ///< bytes: of this piece, or of every piece but the last
    std::optional<std::uint64_t> totalChunks{};  ///< pieces
    std::optional<std::uint64_t> chunkNumber{};  ///< of this piece, from 0; only within a file in pieces
};
constexpr bool isAnnouncement(ServerType type) {
    return type >= ServerType::binaryData;
}

/// A message of the server. Owns its text; all views point into this object, which therefore never moves.
struct ServerMessage {
    ServerMessage() = default;
    ServerMessage(const ServerMessage&) = delete;
    ServerMessage& operator=(const ServerMessage&) = delete;

    ServerType type = ServerType::error;
    Status status = Status::error;
    OptionalText userRequest;
    OptionalText agentName;
    OptionalText rootName;
    OptionalText processName;
    OptionalText error;
    OptionalText sessionId;
    OptionalText taskName;
    OptionalText responseId;
    std::vector<Action> actions;
    std::string_view result = "null";          ///< any JSON, as text
    std::optional<Announcement> announcement;  ///< if the type is one; `status` then means nothing
    std::string excess;  ///< the limit that a COMMAND exceeds, in words; it then has no actions. Empty: none

    std::size_t size = 0;                      ///< bytes, as received
    base::ByteBuffer text;                     ///< the message as received, or what of it is needed
    std::forward_list<std::string> unescaped;  ///< texts that had escapes in them
};

using ServerMessagePtr = std::shared_ptr<const ServerMessage>;

enum class ResultStatus { success, failure, skipped, none };
std::string_view name(ResultStatus status);

/// The answer to one Action.
struct ActionResult {
    ResultStatus status = ResultStatus::none;
    std::optional<std::string> error;
    std::string result = "null";  ///< one JSON value as text
    std::optional<std::string> nameSpace;
    std::optional<std::string> callId;
};

}  // namespace aip::protocol
