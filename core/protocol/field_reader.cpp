#include "protocol/field_reader.h"

#include "protocol/json_walk.h"

namespace aip::protocol {

using namespace simdjson;  // NOLINT(google-build-using-namespace): its names fill this file

namespace {

/// The bytes from the token at `begin` to the parser's position, without trailing white space.
std::string_view slice(const char* begin, const char* end) {
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n' || end[-1] == '\r')) {
        --end;
    }
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

OptionalText FieldReader::id(ondemand::value& value, std::string_view place) {
    const OptionalText written = text(value, place);
    if (!written || written->size() <= maxIdSize) {
        return written;
    }
    exceeds(place, std::to_string(written->size()) + " bytes, at most " + std::to_string(maxIdSize));
    if (place == "response_id") {
        _responseIdTooLong = true;
        return std::nullopt;
    }
    return written;
}

void FieldReader::exceeds(std::string_view place, const std::string& sizes) {
    if (_excess.empty()) {
        _excess = placeOf(place) + ": " + sizes + " are taken";
    }
}

OptionalText FieldReader::text(ondemand::value& value, std::string_view place) {
    if (isNull(value)) {
        return std::nullopt;
    }
    const std::string_view token = value.raw_json_token();
    std::string_view plain;
    if (token.empty() || token.front() != '"') {
        wrongType(value, place, "a string");
        return std::nullopt;
    }
    if (auto error = value.get_string().get(plain)) {
        note(place, error_message(error));
        return std::nullopt;
    }
    if (token.size() > plain.size() + 1 && token[plain.size() + 1] == '"' &&
        token.substr(0, plain.size()).find('\\') == std::string_view::npos) {
        return token.substr(1, plain.size());
    }
    return _message.unescaped.emplace_front(plain);
}

std::string_view FieldReader::raw(ondemand::value& value, std::string_view place) {
    const std::string_view token = value.raw_json_token();
    const char* end = token.data() + token.size();
    const error_code error = walk(value, 2, _valuesLeft);
    if (error == CAPACITY) {
        return giveUp(place, "the message has more than " + std::to_string(maxValues) + " values");
    }
    if (error == DEPTH_ERROR) {
        return giveUp(place, "is nested deeper than " + std::to_string(maxNesting));
    }
    if (error != SUCCESS) {
        broken(error);
        return "null";
    }
    const bool container = token.front() == '{' || token.front() == '[';
    if (container && _document.current_location().get(end) != SUCCESS) {
        broken(INCOMPLETE_ARRAY_OR_OBJECT);
        return "null";
    }
    return slice(token.data(), end);
}

/// A limit of all messages: nothing more is read.
std::string_view FieldReader::giveUp(std::string_view place, const std::string& fault) {
    note(place, fault);
    _broken = true;
    return "null";
}

bool FieldReader::isNull(ondemand::value& value) {
    bool null = false;
    return value.is_null().get(null) == SUCCESS && null;
}

void FieldReader::wrongType(ondemand::value& value, std::string_view place, std::string_view expected) {
    note(place, "expected " + std::string(expected) + ", got " + std::string(kind(value)));
    if (const error_code error = walk(value, 2, _valuesLeft); error != SUCCESS) {
        broken(error);
    }
}

void FieldReader::requireField(std::string_view key, bool present) {
    if (!present && !_broken) {
        note(key, "is missing");
    }
}

void FieldReader::broken(error_code error) {
    if (_fault.empty()) {
        _fault = std::string("not valid JSON: ") + error_message(error);
    }
    _broken = true;
}

void FieldReader::note(std::string_view key, std::string_view text) {
    if (_fault.empty() && !text.empty()) {
        const std::string place = placeOf(key);
        _fault = place.empty() ? std::string(text) : place + ": " + std::string(text);
    }
}

/// "actions[0].tool_name"
std::string FieldReader::placeOf(std::string_view key) const {
    if (!_inAction) {
        return std::string(key);
    }
    const std::string action = "actions[" + std::to_string(_message.actions.size() - 1) + "]";
    return key.empty() ? action : action + "." + std::string(key);
}

}  // namespace aip::protocol
