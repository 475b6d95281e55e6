#include "control/request_reader.h"

#include <string_view>

namespace aip::control {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestHead = 64UL << 10U;
constexpr std::size_t receiveSize = 16UL << 10U;

}  // namespace

Result<std::string> RequestReader::head() {
    std::string head;
    while (!head.ends_with("\r\n\r\n") && !head.ends_with("\n\n")) {
        const auto c = next();
        if (!c && head.empty()) {
            return head;
        }
        if (!c || head.size() == longestHead) {
            return Error(Code::invalid, c ? "the head of the request is too long" : "the head of the request is cut");
        }
        head += *c;
    }
    return head;
}

Result<std::string> RequestReader::body(const http::AnnouncedBody& announced, std::size_t longest) {
    std::string body;
    http::BodyReader reader(*this, longest, [&body](std::string_view piece) {
        body += piece;
        return Result<void>();
    });
    const auto read = reader.read(announced);
    return read ? Result<std::string>(std::move(body)) : Result<std::string>(read.error());
}

bool RequestReader::hasMore() {
    if (_taken == _buffer.size()) {
        _buffer.resize(receiveSize);
        _buffer.resize(_receive(_buffer.data(), _buffer.size()));
        _taken = 0;
    }
    return !_buffer.empty();
}

std::optional<char> RequestReader::next() {
    return hasMore() ? std::optional(_buffer[_taken++]) : std::nullopt;
}

std::size_t RequestReader::some(char* into, std::size_t most) {
    const std::size_t size = hasMore() ? _buffer.copy(into, most, _taken) : 0;
    _taken += size;
    return size;
}

}  // namespace aip::control
