#include "conversation.h"

#include "json.h"
#include "log.h"

#include <utility>

namespace aip::server {
namespace {

JsonObject metadataOf(const ClientMessage& message) {
    auto object = parseObject(message.metadata);
    return object ? std::move(*object) : JsonObject{};
}

DevicePtr deviceFrom(const ClientMessage& message, std::shared_ptr<Connection> connection) {
    JsonObject metadata = metadataOf(message);
    const JsonValue& platform = metadata["platform"];
    return std::make_shared<const Device>(Device{
        .clientId = message.clientId.value_or(""),
        .clientType = message.clientType,
        .platform = platform.kind == JsonKind::string ? platform.text : "windows",
        .connectedAt = timestampNow(),
        .metadata = message.metadata,
        .systemInfo = metadata["system_info"].raw,
        .connection = std::move(connection),
    });
}

/// The name as the reference prints it in its errors: ClientMessageType.TASK_END.
std::string enumName(std::string type) {
    for (char& c : type) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return "ClientMessageType." + type;
}

}  // namespace

Conversation::Conversation(Hub& hub, Tasks& tasks, std::shared_ptr<Connection> connection)
    : _hub(hub), _tasks(tasks), _connection(std::move(connection)) {}

void Conversation::onText(std::string text) {
    if (_silent) {
        return;
    }
    auto message = decodeClientMessage(std::move(text));
    if (!_device) {
        const bool valid = message && message->type == "register" && !message->clientId.value_or("").empty();
        return valid ? registerDevice(*message) : forget();
    }
    if (!message) {
        base::log::warn("message refused client={} reason={}", inQuotes(_device->clientId),
                        inQuotes(message.error().text()));
        _connection->send(errorMessage(message.error().text()));
        return;
    }
    if (auto reason = objection(*message)) {
        base::log::warn("message refused client={} type={} reason={}", inQuotes(_device->clientId), message->type,
                        inQuotes(*reason));
        _connection->send(errorMessage(*reason));
        return;
    }
    handle(*message);
}

void Conversation::registerDevice(const ClientMessage& message) {
    if (message.clientType != "device") {
        return refuse("client_type '" + message.clientType + "' is not served here");
    }
    DevicePtr device = deviceFrom(message, _connection);
    if (!_hub.reserve(device)) {
        return refuse("client_id '" + device->clientId +
                      "' is already registered; duplicate registrations are not allowed");
    }
    _device = std::move(device);
    _connection->send(acknowledgement());
    _hub.setOnline(_device);
    base::log::info("device registered client={} platform={}", inQuotes(_device->clientId),
                    inQuotes(_device->platform));
}

void Conversation::refuse(std::string reason) {
    base::log::warn("registration refused reason={}", inQuotes(reason));
    _connection->send(errorMessage(std::move(reason)));
    _connection->close(Poco::Net::WebSocket::WS_NORMAL_CLOSE);
    _silent = true;
}

/// Why the message is answered with an error instead of being handled.
std::optional<std::string> Conversation::objection(const ClientMessage& message) const {
    if (message.clientId && *message.clientId != _device->clientId) {
        return "client_id does not match the registered connection";
    }
    if (message.clientType != _device->clientType) {
        return "client_type does not match the registered connection";
    }
    if (message.type == "register" || message.type == "task_end") {
        return "Unknown message type: " + enumName(message.type);
    }
    if (message.type == "device_info_request") {
        return "DEVICE_INFO_REQUEST is permitted only for constellation clients";
    }
    const std::string target = message.targetId.value_or("");
    if (message.type == "task" && !target.empty() && target != _device->clientId) {
        return "Device clients may not target other devices";
    }
    return std::nullopt;
}

void Conversation::handle(ClientMessage& message) {
    if (message.type == "heartbeat") {
        _connection->send(acknowledgement());
    } else if (message.type == "task") {
        _tasks.start(_device, message);
    } else if (message.type == "command_results") {
        if (!_hub.deliver(_device, message)) {
            base::log::debug("results dropped client={} session={} response={}", inQuotes(_device->clientId),
                             inQuotes(message.sessionId.value_or("")), inQuotes(message.prevResponseId.value_or("")));
        }
    } else if (message.type == "error") {
        const std::string text = message.error && !message.error->empty() ? *message.error : "Unknown error";
        base::log::warn("device reports client={} error={}", inQuotes(_device->clientId), inQuotes(text));
        _connection->send(errorMessage(text));
    }
}

void Conversation::onBinary() {
    forget();
}

void Conversation::forget() {
    base::log::warn("connection forgotten client={}", inQuotes(_device ? _device->clientId : ""));
    _silent = true;
    onEnd();
}

void Conversation::onEnd() {
    if (const DevicePtr device = std::exchange(_device, nullptr)) {
        _hub.remove(device);
        _tasks.abandon(device);
        base::log::info("device gone client={}", inQuotes(device->clientId));
    }
}

}  // namespace aip::server
