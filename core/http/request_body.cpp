#include "http/request_body.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestLine = 1'024;  ///< before a chunk, or in the trailer
constexpr int mostTrailerLines = 64;
constexpr std::size_t passedAtOnce = 64UL << 10U;
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

Result<void> BodyReader::read(const AnnouncedBody& announced) {
    if (announced.chunked) {
        return chunks();
    }
    return announced.length <= _longest ? pass(announced.length) : tooLong(_longest);
}

/// Memory grows with what comes, not with what is announced.
Result<void> BodyReader::pass(std::size_t count) {
    while (count > 0) {
        _piece.resize(std::max(_piece.size(), std::min(count, passedAtOnce)));
        const std::size_t size = _in.some(_piece.data(), std::min(count, _piece.size()));
        if (size == 0) {
            return Error(Code::invalid, "the body is cut: " + std::to_string(count) + " bytes are missing");
        }
        if (auto taken = _take(std::string_view(_piece).substr(0, size)); !taken) {
            return taken;
        }
        count -= size;
    }
    return {};
}

Result<void> BodyReader::chunks() {
    for (std::size_t read = 0;;) {
        const auto head = line();
        if (!head) {
            return head.error();
        }
        const auto size = sizeIn(sizeOf(*head), hexadecimal, _longest - read);
        if (!size) {
            return size.error().code() == Code::exhausted ? tooLong(_longest) : size.error();
        }
        if (*size == 0) {
            return trailer();
        }
        if (auto passed = pass(*size); !passed) {
            return passed;
        }
        if (auto ended = endOfChunk(); !ended) {
            return ended;
        }
        read += *size;
    }
}

Result<void> BodyReader::endOfChunk() {
    const auto end = line();
    if (!end || !end->empty()) {
        return Error(Code::invalid, "a chunk of the body does not end as announced");
    }
    return {};
}

/// To the empty line at its end. Nothing in it is for us.
Result<void> BodyReader::trailer() {
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
Result<std::string> BodyReader::line() {
    std::string line;
    for (auto c = _in.next(); c; c = _in.next()) {
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

}  // namespace aip::http
