#include "transport/message_reader.h"

#include "base/json_text.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace aip::transport {
namespace {

constexpr std::size_t stagingSize = 64UL << 10U;
constexpr std::size_t directMinimum = 16UL << 10U;  ///< less is not worth a read of its own
constexpr std::size_t directMaximum = 256UL << 10U;

}  // namespace

MessageReader::MessageReader(std::size_t maxMessageSize, std::size_t maxFragments)
    : _maxMessageSize(maxMessageSize),
      _maxFragments(maxFragments),
      _staging(std::make_unique_for_overwrite<char[]>(stagingSize)) {}

bool MessageReader::receivesDirectly() const {
    return _inFrame && _begin == _end && _frameLeft >= directMinimum;
}

std::span<char> MessageReader::space() {
    if (receivesDirectly()) {
        return {_message.data() + _message.size(), std::min(_frameLeft, directMaximum)};
    }
    std::memmove(_staging.get(), _staging.get() + _begin, _end - _begin);
    _end -= std::exchange(_begin, 0);
    return {_staging.get() + _end, stagingSize - _end};
}

void MessageReader::received(std::size_t bytes) {
    if (receivesDirectly()) {
        _message.wrote(bytes);
        _frameLeft -= bytes;
    } else {
        _end += bytes;
    }
}

std::optional<Event> MessageReader::next() {
    while (!_over) {
        if (_inFrame) {
            takeStaged();
            if (_frameLeft > 0) {
                return std::nullopt;
            }
            _inFrame = false;
            if (_lastFrame) {
                return finishMessage();
            }
        }
        const ServerHeader header = parseServerHeader(staged());
        if (!header.violation.empty()) {
            return violation(close_code::protocolError, std::string(header.violation));
        }
        if (header.size == 0) {
            return std::nullopt;
        }
        if (isControl(header.opcode)) {
            return takeControl(header);
        }
        if (auto refused = beginFrame(header)) {
            return refused;
        }
    }
    return std::nullopt;
}

void MessageReader::takeStaged() {
    const std::string_view part = staged().substr(0, _frameLeft);
    _message.append(part);
    _frameLeft -= part.size();
    _begin += part.size();
}

std::optional<Event> MessageReader::takeControl(const ServerHeader& header) {
    if (staged().size() < header.size + header.payload) {
        return std::nullopt;
    }
    const std::string_view payload = staged().substr(header.size, header.payload);
    _begin += header.size + header.payload;
    switch (header.opcode) {
        case Opcode::ping:
            return Ping{std::string(payload)};
        case Opcode::pong:
            return Pong{};
        default:
            return closeEvent(payload);
    }
}

std::optional<Event> MessageReader::closeEvent(std::string_view payload) {
    if (payload.empty()) {
        _over = true;
        return CloseFrame{};
    }
    if (payload.size() == 1) {
        return violation(close_code::protocolError, "close frame with half a code");
    }
    const auto code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                                 static_cast<unsigned char>(payload[1]));
    if (!isCloseCode(code)) {
        return violation(close_code::protocolError, "close frame with the code " + std::to_string(code));
    }
    if (!base::isUtf8(payload.substr(2))) {
        return violation(close_code::invalidText, "close frame whose reason is not UTF-8");
    }
    _over = true;
    return CloseFrame{code, std::string(payload.substr(2))};
}

std::optional<Event> MessageReader::beginFrame(const ServerHeader& header) {
    const bool continues = header.opcode == Opcode::continuation;
    if (continues != _inMessage) {
        return violation(close_code::protocolError,
                         continues ? "continuation of no message" : "a message begins inside another");
    }
    if (header.payload > _maxMessageSize - _message.size()) {
        return violation(close_code::tooBig,
                         "message longer than the limit of " + std::to_string(_maxMessageSize) + " bytes");
    }
    if (++_fragments > _maxFragments) {
        return violation(close_code::tooBig, "message of more than " + std::to_string(_maxFragments) + " fragments");
    }
    if (!reserve(header.payload)) {
        return violation(close_code::tooBig, "no memory for a message of this length");
    }
    if (!continues) {
        _binary = header.opcode == Opcode::binary;
    }
    _begin += header.size;
    _frameLeft = header.payload;
    _lastFrame = header.fin;
    _inFrame = _inMessage = true;
    return std::nullopt;
}

/// Address space, not memory: a page is taken when bytes arrive in it. So an announced length costs the sender its
/// bytes.
bool MessageReader::reserve(std::size_t payload) {
    try {
        _message.reserve(_message.size() + payload + base::jsonPadding);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

IncomingMessage MessageReader::finishMessage() {
    _inMessage = false;
    _fragments = 0;
    return IncomingMessage{std::exchange(_message, {}), _binary};
}

Event MessageReader::violation(std::uint16_t code, std::string text) {
    _over = true;
    return Violation{code, std::move(text)};
}

}  // namespace aip::transport
