#include "capture.h"

#include <algorithm>

namespace aip::shell {

namespace {

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t characterSize(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
}

std::string_view withoutBrokenEnd(std::string_view text) {
    const auto from = text.size() > 4 ? text.size() - 4 : 0;
    for (auto lead = text.size(); lead-- > from;) {
        if (!continues(text[lead])) {
            return lead + characterSize(text[lead]) > text.size() ? text.substr(0, lead) : text;
        }
    }
    return text;
}

std::string_view withoutBrokenStart(std::string_view text) {
    std::size_t skipped = 0;
    while (skipped < std::min<std::size_t>(3, text.size()) && continues(text[skipped])) {
        ++skipped;
    }
    return text.substr(skipped);
}

}  // namespace

void Capture::add(std::string_view bytes) {
    _total += bytes.size();
    const auto room = std::min(_half - _head.size(), bytes.size());
    _head += bytes.substr(0, room);
    _tail += bytes.substr(room);
    if (_tail.size() > 2 * _half) {
        _tail.erase(0, _tail.size() - _half);
    }
}

std::string Capture::text() const {
    if (_total <= 2 * _half) {
        return _head + _tail;
    }
    const auto head = withoutBrokenEnd(_head);
    const auto tail = withoutBrokenStart(std::string_view(_tail).substr(_tail.size() - std::min(_half, _tail.size())));
    const auto cut = _total - head.size() - tail.size();
    return std::string(head) + "\n... [" + std::to_string(cut) + " bytes cut] ...\n" + std::string(tail);
}

}  // namespace aip::shell
