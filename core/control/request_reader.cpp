#include "control/request_reader.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestHead = 64UL << 10U;
constexpr std::size_t longestLine = 1'024;  ///< before a chunk, or in the trailer
constexpr int mostTrailerLines = 64;
constexpr std::size_t receiveSize = 16UL << 10U;
constexpr int decimal = 10;
constexpr int hexadecimal = 16;

Error tooLong(std::size_t longest) {
    return {Code::exhausted, "the body is longer than " + std::to_string(longest) + " bytes"};
}

/// Digits alone: no sign, no blanks.
Result<std::size_t> sizeIn(std::string_view text, int radix, std::size_t longest) {
    std::size_t size = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, size, radix);
    if (read.ptr != end || read.ec == std::errc::invalid_argument) {
        return Error(Code::invalid, "the length of the body is not a number");
    }
    return read.ec == std::errc() && size <= longest ? Result<std::size_t>(size)
                                                     : Result<std::size_t>(tooLong(longest));
}

bool isChunked(std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; });
    return name == "chunked";
}

/// The size of a chunk without its extensions.
std::string_view sizeOf(std::string_view line) {
    line = line.substr(0, line.find(';'));
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

}  // namespace

Result<AnnouncedBody> announcedBody(const std::vector<std::string>& lengths, const std::vector<std::string>& encodings,
                                    std::size_t longest) {
    if (lengths.size() + encodings.size() > 1) {
        return Error(Code::invalid, "the length of the body is given more than once");
    }
    if (!encodings.empty()) {
        return isChunked(encodings.front())
                   ? Result<AnnouncedBody>(AnnouncedBody{.chunked = true})
                   : Result<AnnouncedBody>(Error(Code::invalid, "the only Transfer-Encoding is chunked"));
    }
    if (lengths.empty()) {
        return AnnouncedBody{};
    }
    const auto length = sizeIn(lengths.front(), decimal, longest);
    return length ? Result<AnnouncedBody>(AnnouncedBody{.length = *length}) : Result<AnnouncedBody>(length.error());
}

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

Result<std::string> RequestReader::body(const AnnouncedBody& announced, std::size_t longest) {
    if (announced.chunked) {
        return chunks(longest);
    }
    std::string body;
    const auto read = append(body, announced.length);
    return read ? Result<std::string>(std::move(body)) : Result<std::string>(read.error());
}

Result<std::string> RequestReader::chunks(std::size_t longest) {
    std::string body;
    for (;;) {
        const auto head = line();
        if (!head) {
            return head.error();
        }
        const auto size = sizeIn(sizeOf(*head), hexadecimal, longest - body.size());
        if (!size) {
            return size.error().code() == Code::exhausted ? tooLong(longest) : size.error();
        }
        if (*size == 0) {
            const auto end = trailer();
            return end ? Result<std::string>(std::move(body)) : Result<std::string>(end.error());
        }
        if (const auto read = append(body, *size); !read) {
            return read.error();
        }
        const auto end = line();
        if (!end || !end->empty()) {
            return Error(Code::invalid, "a chunk of the body does not end as announced");
        }
    }
}

/// To the empty line at its end. Nothing in it is for us.
Result<void> RequestReader::trailer() {
    for (int count = 0; count < mostTrailerLines; ++count) {
        const auto field = line();
        if (!field) {
            return field.error();
        }
        if (field->empty()) {
            return {};
        }
    }
    return Error(Code::invalid, "the trailer of the body is too long");
}

/// Without the line break.
Result<std::string> RequestReader::line() {
    std::string line;
    for (auto c = next(); c; c = next()) {
        if (*c == '\n') {
            line.resize(line.size() - (line.ends_with('\r') ? 1 : 0));
            return line;
        }
        if (line.size() == longestLine) {
            return Error(Code::invalid, "a line within the body is too long");
        }
        line += *c;
    }
    return Error(Code::invalid, "the body is cut");
}

std::optional<char> RequestReader::next() {
    if (_taken == _buffer.size()) {
        _buffer.resize(receiveSize);
        _buffer.resize(_receive(_buffer.data(), _buffer.size()));
        _taken = 0;
    }
    return _buffer.empty() ? std::nullopt : std::optional(_buffer[_taken++]);
}

/// Memory grows with what comes, not with what is announced.
Result<void> RequestReader::append(std::string& body, std::size_t count) {
    while (count > 0) {
        const auto first = next();
        if (!first) {
            return Error(Code::invalid, "the body is cut: " + std::to_string(count) + " bytes are missing");
        }
        --_taken;
        const std::size_t size = std::min(count, _buffer.size() - _taken);
        body.append(_buffer, _taken, size);
        _taken += size;
        count -= size;
    }
    return {};
}

}  // namespace aip::control
