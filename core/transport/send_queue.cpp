#include "transport/send_queue.h"

#include "base/json_text.h"

#include <algorithm>
#include <utility>

namespace aip::transport {
namespace {

constexpr std::size_t controlRoom = maxFrameHeader + maxControlPayload;

std::string closePayload(std::uint16_t code, std::string_view reason) {
    if (code == close_code::noneGiven) {
        return {};
    }
    std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
    payload += base::wholeCharacters(base::repairUtf8(reason), maxControlPayload - payload.size());
    return payload;
}

}  // namespace

SendQueue::SendQueue(std::size_t fragmentSize, MaskSource masks)
    : _fragmentSize(std::max<std::size_t>(fragmentSize, 1)),
      _capacity(_fragmentSize + maxFrameHeader + 3 * controlRoom),
      _masks(std::move(masks)),
      _block(std::make_unique_for_overwrite<char[]>(_capacity)) {}

void SendQueue::push(OutgoingMessage message) {
    if (_closing) {
        return;
    }
    _unencoded += message.size();
    (message.urgent ? _urgent : _ordinary).push_back(std::move(message));
}

void SendQueue::ping() {
    _ping.emplace();
}

void SendQueue::pong(std::string_view payload) {
    _pong = payload;
}

void SendQueue::close(std::uint16_t code, std::string_view reason) {
    if (!_closing) {
        _closing = true;
        _close = closePayload(code, reason);
    }
}

void SendQueue::closeNow(std::uint16_t code, std::string_view reason) {
    if (_closeEncoded) {
        return;
    }
    _closing = false;
    close(code, reason);
    dropMessages();
}

void SendQueue::abandon() {
    dropMessages();
    _begin = _end = 0;
    _closing = _closeEncoded = true;
}

void SendQueue::dropMessages() {
    _urgent.clear();
    _ordinary.clear();
    _current.reset();
    _attachment.reset();
    _unencoded = 0;
}

std::string_view SendQueue::next() {
    if (_begin == _end) {
        encodeBlock();
    }
    return {_block.get() + _begin, _end - _begin};
}

void SendQueue::encodeBlock() {
    _begin = _end = 0;
    if (_closeEncoded) {
        return;
    }
    encodeControl(_pong, Opcode::pong);
    encodeControl(_ping, Opcode::ping);
    while (pickMessage() && fits()) {
        encodeFragment();
    }
    if (_close && !begun()) {
        encodeControl(_close, Opcode::close);
        _closeEncoded = true;
    }
}

void SendQueue::encodeControl(std::optional<std::string>& payload, Opcode opcode) {
    if (!payload) {
        return;
    }
    const MaskKey key = _masks();
    _end += writeHeader(end(), true, opcode, payload->size(), key);
    maskCopy(end(), *payload, key, 0);
    _end += payload->size();
    payload.reset();
}

bool SendQueue::pickMessage() {
    if (begun()) {
        return true;
    }
    std::deque<OutgoingMessage>& source = _urgent.empty() ? _ordinary : _urgent;
    if (source.empty()) {
        return false;
    }
    begin(std::move(source.front()));
    source.pop_front();
    return true;
}

void SendQueue::begin(OutgoingMessage message) {
    _attachment = std::exchange(message.attachment, std::nullopt);
    _current = std::move(message);
    _currentLeft = _current->size();
    _piece = _offset = 0;
    _firstFragment = true;
}

/// The attachment begins at once, so that no other message can.
void SendQueue::endMessage() {
    _current.reset();
    if (_attachment) {
        begin({.pieces = {*std::exchange(_attachment, std::nullopt)}, .binary = true});
    }
}

bool SendQueue::fits() const {
    return _end + maxFrameHeader + std::min(_currentLeft, _fragmentSize) + controlRoom <= _capacity;
}

void SendQueue::encodeFragment() {
    const std::size_t size = std::min(_currentLeft, _fragmentSize);
    const Opcode opcode = !_firstFragment ? Opcode::continuation : _current->binary ? Opcode::binary : Opcode::text;
    const MaskKey key = _masks();
    _end += writeHeader(end(), size == _currentLeft, opcode, size, key);
    copyPayload(size, key);
    _unencoded -= size;
    _currentLeft -= size;
    _firstFragment = false;
    if (_currentLeft == 0) {
        endMessage();
    }
}

void SendQueue::copyPayload(std::size_t size, MaskKey key) {
    for (std::size_t done = 0; done < size;) {
        std::string& piece = _current->pieces[_piece];
        const std::string_view part = std::string_view(piece).substr(_offset, size - done);
        maskCopy(end(), part, key, done);
        _end += part.size();
        _offset += part.size();
        done += part.size();
        if (_offset == piece.size()) {
            std::string().swap(piece);
            ++_piece;
            _offset = 0;
        }
    }
}

}  // namespace aip::transport
