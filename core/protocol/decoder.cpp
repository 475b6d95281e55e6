#include "protocol/decoder.h"

#include "base/json_text.h"
#include "protocol/announcement_reader.h"
#include "protocol/field_reader.h"
#include "protocol/json_walk.h"
#include "protocol/message_memory.h"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <memory>
#include <new>

namespace aip::protocol {
namespace {

using namespace simdjson;  // NOLINT(google-build-using-namespace): its names fill this file

/// A parser that has grown beyond this is dropped after the message that made it grow.
constexpr std::size_t keptCapacity = 64U << 10U;

/// Stands for absent parameters; padded, as simdjson may read past every slice of a message.
constexpr std::array<char, 2 + base::jsonPadding> emptyObject{'{', '}'};

/// Reads one message: to its end, if it can, so that the response_id is found.
class Reader : private FieldReader {
  public:
    Reader(ServerMessage& message, ondemand::document& document) : FieldReader(message, document) {}

    std::optional<DecodeFault> read() {
        readEnvelope();
        requireField("type", _hasType);
        if (_hasType && isAnnouncement(_message.type)) {
            announce();
        } else {
            requireField("status", _hasStatus);
        }
        judgeExcess();
        if (_fault.empty()) {
            return std::nullopt;
        }
        return DecodeFault{.text = std::move(_fault),
                           .responseId = std::string(_message.responseId.value_or("")),
                           .answerable = !_isError};
    }

  private:
    /// A COMMAND beyond a limit can be answered if its response_id is not what is too long.
    void judgeExcess() {
        if (_excess.empty() || !_fault.empty()) {
            return;
        }
        if (_message.type == ServerType::command && !_responseIdTooLong) {
            _message.actions.clear();
            _message.excess = std::move(_excess);
        } else {
            _fault = std::move(_excess);
        }
    }

    void announce() {
        if (_fault.empty()) {
            _message.announcement.emplace().type = _message.type;
            _message.status = Status::continues;
            note("", readAnnouncement(_document, *_message.announcement));
        }
    }

    void readEnvelope() {
        ondemand::object object;
        if (auto error = _document.get_object().get(object)) {
            return error == INCORRECT_TYPE ? notAnObject() : broken(error);
        }
        readFields(object, [this](std::string_view key, ondemand::value& value) { return readField(key, value); });
        const char* rest = nullptr;
        if (!_broken && _document.current_location().get(rest) == SUCCESS) {
            note("", "there is more text behind the message");
        }
    }

    void notAnObject() {
        const std::string_view is = wholeValue(_document, _message.text);
        if (is.empty()) {
            return broken(TAPE_ERROR);
        }
        note("", "expected an object, got " + std::string(is));
        _broken = true;
    }

    std::uint32_t readField(std::string_view key, ondemand::value& value) {
        struct Text {
            std::string_view key;
            OptionalText ServerMessage::*field;
        };
        static constexpr std::array<Text, 7> texts{{{"user_request", &ServerMessage::userRequest},
                                                    {"agent_name", &ServerMessage::agentName},
                                                    {"root_name", &ServerMessage::rootName},
                                                    {"error", &ServerMessage::error},
                                                    {"session_id", &ServerMessage::sessionId},
                                                    {"task_name", &ServerMessage::taskName},
                                                    {"response_id", &ServerMessage::responseId}}};
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (texts[i].key == key) {
                const bool free = key == "user_request" || key == "error";
                _message.*texts[i].field = free ? text(value, key) : id(value, key);
                return 1U << i;
            }
        }
        return readOtherField(key, value);
    }

    std::uint32_t readOtherField(std::string_view key, ondemand::value& value) {
        if (key == "type") {
            _hasType = true;
            _isError = readName(value, key, parseServerType, _message.type) && _message.type == ServerType::error;
            return 1U << 8U;
        }
        if (key == "status") {
            _hasStatus = true;
            readName(value, key, parseStatus, _message.status);
            return 1U << 9U;
        }
        if (key == "actions") {
            readActions(value);
            return 1U << 10U;
        }
        if (key == "result") {
            _message.result = raw(value, key);
            return 1U << 11U;
        }
        if (key == "timestamp") {
            text(value, key);
            return 1U << 12U;
        }
        if (key == "process_name") {
            _message.processName = id(value, key);
            return 1U << 13U;
        }
        raw(value, key);
        return key == "messages" ? 1U << 14U : 0;
    }

    void readActions(ondemand::value& value) {
        if (isNull(value)) {
            return;
        }
        ondemand::array array;
        if (value.get_array().get(array) != SUCCESS) {
            wrongType(value, "actions", "an array");
            return;
        }
        std::size_t count = 0;
        for (auto element : array) {
            ondemand::value entry;
            if (auto error = element.get(entry)) {
                broken(error);
                return;
            }
            readAction(entry);
            if (_broken) {
                return;
            }
            ++count;
        }
        if (count > maxActions) {
            exceeds("actions", std::to_string(count) + " actions, at most " + std::to_string(maxActions));
        }
    }

    void readAction(ondemand::value& entry) {
        if (_message.actions.size() > maxActions) {
            _message.actions.pop_back();  // counted, not kept
        }
        Action& action = _message.actions.emplace_back();
        action.parameters = {emptyObject.data(), 2};
        _inAction = true;
        ondemand::object object;
        if (entry.get_object().get(object) != SUCCESS) {
            wrongType(entry, "", "an object");
        } else {
            readActionFields(object, action);
        }
        _inAction = false;
    }

    void readActionFields(ondemand::object& object, Action& action) {
        bool named = false;
        readFields(object, [&](std::string_view key, ondemand::value& value) -> std::uint32_t {
            if (key == "tool_name") {
                readToolName(value, action);
                named = true;
                return 1;
            }
            return readActionField(key, value, action);
        });
        requireField("tool_name", named);
    }

    void readToolName(ondemand::value& value, Action& action) {
        const std::size_t faults = _fault.size();
        const OptionalText written = id(value, "tool_name");
        if (!written && _fault.size() == faults) {
            note("tool_name", "must not be null");
        }
        action.toolName = written.value_or("");
    }

    std::uint32_t readActionField(std::string_view key, ondemand::value& value, Action& action) {
        if (key == "tool_type") {
            action.toolType = id(value, key);
            return 2;
        }
        if (key == "call_id") {
            action.callId = id(value, key);
            return 4;
        }
        if (key == "parameters") {
            readParameters(value, action);
            return 8;
        }
        raw(value, "");
        return 0;
    }

    void readParameters(ondemand::value& value, Action& action) {
        if (isNull(value)) {
            return;
        }
        ondemand::json_type type{};
        if (value.type().get(type) != SUCCESS || type != ondemand::json_type::object) {
            wrongType(value, "parameters", "an object");
            return;
        }
        action.parameters = raw(value, "parameters");
    }

    bool _hasType = false;
    bool _isError = false;
    bool _hasStatus = false;
};

/// What simdjson has for processors without vectors of bytes: of what is not in strings it does not check the UTF-8.
bool checksOnlyStrings() {
    static const bool only = get_active_implementation()->name() == "fallback";
    return only;
}

}  // namespace

struct Decoder::Parser {
    ondemand::parser parser;

    /// Throws std::bad_alloc. simdjson 3.0 does not notice that it has no memory for the strings, and writes to them.
    void reserve(std::size_t size) {
        if (size > parser.capacity()) {
            const auto probe = std::make_unique_for_overwrite<char[]>(2 * size + base::jsonPadding);
            if (parser.allocate(size) != SUCCESS) {
                throw std::bad_alloc();
            }
        }
    }
};

Decoder::Decoder() : _parser(std::make_unique<Parser>()) {}
Decoder::~Decoder() = default;

Decoded Decoder::decode(base::ByteBuffer text) {
    auto message = std::make_shared<ServerMessage>();
    message->text = std::move(text);
    message->size = message->text.size();
    message->text.reserve(message->text.size() + base::jsonPadding);
    std::optional<DecodeFault> fault;
    {
        ondemand::document document;
        _parser->reserve(message->text.size());
        const padded_string_view padded(message->text.view(), message->text.capacity());
        const auto error = checksOnlyStrings() && !base::isUtf8(message->text)
                               ? UTF8_ERROR
                               : _parser->parser.iterate(padded).get(document);
        if (error != SUCCESS) {
            // Of several defects simdjson names one.
            fault = DecodeFault{.text = std::string("not valid JSON: ") + error_message(error),
                                .notUtf8 = !base::isUtf8(message->text)};
        } else {
            fault = Reader(*message, document).read();
        }
    }
    if (_parser->parser.capacity() > keptCapacity) {
        _parser = std::make_unique<Parser>();
    }
    if (fault) {
        return std::move(*fault);
    }
    if (message->type == ServerType::command) {
        return compacted(std::move(message));
    }
    return ServerMessagePtr(std::move(message));
}

}  // namespace aip::protocol
