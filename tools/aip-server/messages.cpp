#include "messages.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/uuid.h"
#include "json.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace aip::server {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::array types{"task",     "heartbeat", "command_results",     "error",
                           "register", "task_end",  "device_info_request", "device_info_response"};
constexpr std::array statuses{"continue", "completed", "failed", "ok", "error"};
constexpr std::array clientTypes{"device", "constellation"};
constexpr std::array resultStatuses{"success", "failure", "skipped", "none"};

struct TextField {
    const char* name;
    std::optional<std::string> ClientMessage::*member;
};

constexpr std::array textFields{
    TextField{"session_id", &ClientMessage::sessionId}, TextField{"task_name", &ClientMessage::taskName},
    TextField{"client_id", &ClientMessage::clientId},   TextField{"target_id", &ClientMessage::targetId},
    TextField{"request", &ClientMessage::request},      TextField{"timestamp", &ClientMessage::timestamp},
    TextField{"request_id", &ClientMessage::requestId}, TextField{"prev_response_id", &ClientMessage::prevResponseId},
    TextField{"error", &ClientMessage::error},
};

Error invalid(std::string_view field, std::string_view text) {
    std::string message = "1 validation error for ClientMessage\n";
    if (!field.empty()) {
        message.append(field).append("\n");
    }
    return {Code::invalid, message.append("  ").append(text)};
}

template <std::size_t N>
std::string oneOf(const std::array<const char*, N>& names) {
    std::string text = "Input should be ";
    for (std::size_t i = 0; i < N; ++i) {
        text.append(i == 0 ? "'" : i + 1 == N ? " or '" : ", '").append(names[i]).append("'");
    }
    return text;
}

const JsonValue* find(const JsonObject& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &found->second;
}

/// The one error that a member causes, or nothing.
using Problem = std::optional<Error>;

template <std::size_t N>
Problem readName(const JsonValue& value, std::string_view field, const std::array<const char*, N>& names,
                 std::string& out) {
    if (value.kind != JsonKind::string || std::ranges::find(names, value.text) == names.end()) {
        return invalid(field, oneOf(names));
    }
    out = value.text;
    return {};
}

Problem readNames(const JsonObject& object, ClientMessage& message) {
    for (const auto* field : {"type", "status"}) {
        if (find(object, field) == nullptr) {
            return invalid(field, "Field required");
        }
    }
    if (auto problem = readName(*find(object, "type"), "type", types, message.type)) {
        return problem;
    }
    if (auto problem = readName(*find(object, "status"), "status", statuses, message.status)) {
        return problem;
    }
    const JsonValue* clientType = find(object, "client_type");
    return clientType != nullptr ? readName(*clientType, "client_type", clientTypes, message.clientType) : Problem();
}

Problem readTexts(const JsonObject& object, ClientMessage& message) {
    for (const TextField& field : textFields) {
        const JsonValue* value = find(object, field.name);
        if (value == nullptr || value->kind == JsonKind::null) {
            continue;
        }
        if (value->kind != JsonKind::string) {
            return invalid(field.name, "Input should be a valid string");
        }
        message.*field.member = value->text;
    }
    return {};
}

Problem readRaw(JsonObject& object, std::string_view field, JsonKind kind, std::string_view text, std::string& out) {
    const auto found = object.find(field);
    if (found == object.end() || found->second.kind == JsonKind::null) {
        return {};
    }
    if (found->second.kind != kind) {
        return invalid(field, text);
    }
    out = std::move(found->second.raw);
    return {};
}

Problem checkResults(const std::string& raw) {
    if (raw == "null") {
        return {};
    }
    const auto found = memberOfEach(raw, "status");
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i] || std::ranges::find(resultStatuses, *found[i]) == resultStatuses.end()) {
            return invalid("action_results." + std::to_string(i) + ".status", oneOf(resultStatuses));
        }
    }
    return {};
}

}  // namespace

Result<ClientMessage> decodeClientMessage(std::string text) {
    auto object = parseObject(std::move(text));
    if (!object) {
        const bool wrongKind = object.error().code() == Code::unsupported;
        return invalid("", wrongKind ? "Input should be an object" : object.error().text());
    }
    ClientMessage message;
    if (auto problem = readNames(*object, message)) {
        return *problem;
    }
    if (auto problem = readTexts(*object, message)) {
        return *problem;
    }
    if (auto problem = readRaw(*object, "action_results", JsonKind::array, "Input should be a valid list",
                               message.actionResults)) {
        return *problem;
    }
    if (auto problem = checkResults(message.actionResults)) {
        return *problem;
    }
    if (auto problem =
            readRaw(*object, "metadata", JsonKind::object, "Input should be a valid dictionary", message.metadata)) {
        return *problem;
    }
    return message;
}

std::string encode(const ServerMessage& message) {
    std::string out;
    out.reserve(message.actions.size() + message.result.size() + 640);
    const auto member = [&out](std::string_view name, std::string_view raw) {
        out.append(out.empty() ? "{\"" : ",\"").append(name).append("\":").append(raw);
    };
    member("type", base::jsonString(message.type));
    member("status", base::jsonString(message.status));
    member("user_request", jsonOrNull(message.userRequest));
    member("agent_name", jsonOrNull(message.agentName));
    member("process_name", jsonOrNull(message.processName));
    member("root_name", jsonOrNull(message.rootName));
    member("actions", message.actions);
    member("messages", "null");
    member("error", jsonOrNull(message.error));
    member("session_id", jsonOrNull(message.sessionId));
    member("task_name", jsonOrNull(message.taskName));
    member("timestamp", base::jsonString(timestampNow()));
    member("response_id", base::jsonString(message.responseId.empty() ? base::uuid4() : message.responseId));
    member("result", message.result);
    return out += '}';
}

std::string acknowledgement(std::optional<std::string> sessionId) {
    return encode({.type = "heartbeat", .status = "ok", .sessionId = std::move(sessionId)});
}

std::string errorMessage(std::string text) {
    return encode({.type = "error", .status = "error", .error = std::move(text)});
}

std::string jsonOrNull(const std::optional<std::string>& value) {
    return value ? base::jsonString(*value) : "null";
}

std::string jsonArray(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        out += out.size() > 1 ? "," : "";
        base::appendJsonString(out, text);
    }
    return out += ']';
}

std::string timestampNow() {
    return base::timestamp(base::SystemClock().wallNow());
}

}  // namespace aip::server
