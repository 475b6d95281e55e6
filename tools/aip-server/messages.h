#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::server {

/// A message from a device, checked as the reference checks it: known type, status and client_type, texts that are
/// texts. What is not there or null is nothing.
struct ClientMessage {
    std::string type;
    std::string status;
    std::string clientType = "device";
    std::optional<std::string> sessionId;
    std::optional<std::string> taskName;
    std::optional<std::string> clientId;
    std::optional<std::string> targetId;
    std::optional<std::string> request;
    std::optional<std::string> timestamp;
    std::optional<std::string> requestId;
    std::optional<std::string> prevResponseId;
    std::optional<std::string> error;
    std::string actionResults = "null";  ///< raw JSON: an array of results, or null
    std::string metadata = "null";       ///< raw JSON: an object, or null
};

/// The Error's text is what the reference answers ("1 validation error for ClientMessage\nstatus\n  Field required").
base::Result<ClientMessage> decodeClientMessage(std::string text);

/// A message to a device; what is not set goes out as null.
struct ServerMessage {
    std::string_view type;
    std::string_view status;
    std::optional<std::string> userRequest = {};
    std::optional<std::string> agentName = {};
    std::optional<std::string> processName = {};
    std::optional<std::string> rootName = {};
    std::string actions = "null";  ///< raw JSON
    std::optional<std::string> error = {};
    std::optional<std::string> sessionId = {};
    std::optional<std::string> taskName = {};
    std::string responseId = {};  ///< a new UUID if empty
    std::string result = "null";  ///< raw JSON
};

/// Every field, nulls included, in the reference's order, with the time of now.
std::string encode(const ServerMessage& message);

/// The positive answer to a registration, a heartbeat and, with a session, a TASK.
std::string acknowledgement(std::optional<std::string> sessionId = std::nullopt);

std::string errorMessage(std::string text);

/// `value` as a JSON string, or null.
std::string jsonOrNull(const std::optional<std::string>& value);

/// An array of strings.
std::string jsonArray(const std::vector<std::string>& texts);

/// The current time as AIP writes it.
std::string timestampNow();

}  // namespace aip::server
