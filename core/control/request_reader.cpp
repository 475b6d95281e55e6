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
constexpr int hexadecimal = 16;

Error tooLong(std::size_t longest) {
    return {Code::exhausted, "the body is longer than " + std::to_string(longest) + " bytes"};
}

/// Digits alone: no sign, no blanks.
Result<std::size_t> sizeIn(std::string_view text, std::size_t longest) {
    std::size_t size = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, size, hexadecimal);
    if (read.ptr != end || read.ec == std::errc::invalid_argument) {
        return Error(Code::invalid, "the length of the body is not a number");
    }
    return read.ec == std::errc() && size <= longest ? Result<std::size_t>(size)
                                                     : Result<std::size_t>(tooLong(longest));
}

/// The size of a chunk without its extensions.
std::string_view sizeOf(std::string_view line) {
    line = line.substr(0, line.find(';'));
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

}  // namespace

RequestReader::Stage RequestReader::take(std::string_view bytes) {
    while (!bytes.empty() && (_stage == Stage::head || _stage == Stage::body)) {
        step(bytes);
    }
    return _stage;
}

RequestReader::Stage RequestReader::end() {
    if (_stage == Stage::head && _line.empty()) {
        _stage = Stage::nothing;
    } else if (_stage == Stage::head) {
        refuse({Code::invalid, "the head of the request is cut"});
    } else if (_stage == Stage::body) {
        refuse({Code::invalid, "the body is cut"});
    }
    return _stage;
}

void RequestReader::step(std::string_view& bytes) {
    if (_stage == Stage::head) {
        takeHead(bytes);
    } else if (_part == Part::data) {
        takeData(bytes);
    } else {
        takeLine(bytes);
    }
}

void RequestReader::takeHead(std::string_view& bytes) {
    while (!bytes.empty()) {
        _line += bytes.front();
        bytes.remove_prefix(1);
        if (_line.back() == '\n' && !_line.ends_with("\r\n")) {
            return refuse({Code::invalid, "a line of the head does not end with CR LF"});
        }
        if (_line.ends_with("\r\n\r\n")) {
            const auto announced = _judge(std::exchange(_line, {}));
            return announced ? begin(*announced) : refuse(announced.error());
        }
        if (_line.size() == longestHead) {
            return refuse({Code::invalid, "the head of the request is too long"});
        }
    }
}

void RequestReader::begin(const http::AnnouncedBody& announced) {
    _stage = announced.comes() ? Stage::body : Stage::whole;
    _chunked = announced.chunked;
    _part = _chunked ? Part::size : Part::data;
    _left = announced.length;
}

/// Memory grows with what comes, not with what is announced.
void RequestReader::takeData(std::string_view& bytes) {
    const std::size_t size = std::min(_left, bytes.size());
    _body.append(bytes, 0, size);
    bytes.remove_prefix(size);
    _left -= size;
    if (_left == 0) {
        _part = Part::dataEnd;
        _stage = _chunked ? Stage::body : Stage::whole;
    }
}

void RequestReader::takeLine(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    _line.append(bytes, 0, end);
    bytes.remove_prefix(std::min(bytes.size(), end == std::string_view::npos ? end : end + 1));
    if (_line.size() > longestLine) {
        return refuse({Code::invalid, "a line within the body is too long"});
    }
    if (end != std::string_view::npos) {
        if (!_line.ends_with('\r')) {
            return refuse({Code::invalid, "a line within the body does not end with CR LF"});
        }
        _line.pop_back();
        ended(std::exchange(_line, {}));
    }
}

void RequestReader::ended(const std::string& line) {
    if (_part == Part::size) {
        return beginChunk(line);
    }
    if (_part == Part::dataEnd) {
        _part = Part::size;
        if (!line.empty()) {
            refuse({Code::invalid, "a chunk of the body does not end as announced"});
        }
        return;
    }
    if (line.empty()) {  // the end of the trailer, in which nothing is for us
        _stage = Stage::whole;
    } else if (++_trailerLines == mostTrailerLines) {
        refuse({Code::invalid, "the trailer of the body is too long"});
    }
}

void RequestReader::beginChunk(const std::string& line) {
    const auto size = sizeIn(sizeOf(line), _longest - _body.size());
    if (!size) {
        return refuse(size.error().code() == Code::exhausted ? tooLong(_longest) : size.error());
    }
    _left = *size;
    _part = *size == 0 ? Part::trailer : Part::data;
}

void RequestReader::refuse(Error why) {
    _why = std::move(why);
    _stage = Stage::refused;
    _body = {};
}

}  // namespace aip::control
