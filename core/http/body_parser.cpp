#include "http/body_parser.h"

#include <algorithm>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestLine = 1'024;  ///< before a chunk, or in the trailer
constexpr int mostTrailerLines = 64;
constexpr int hexadecimal = 16;

/// The size of a chunk without its extensions.
std::string_view sizeOf(std::string_view line) {
    line = line.substr(0, line.find(';'));
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

}  // namespace

BodyParser::BodyParser(const AnnouncedBody& announced, std::size_t longest, Take take)
    : _chunked(announced.chunked),
      _longest(longest),
      _take(std::move(take)),
      _part(announced.chunked      ? Part::size
            : announced.length > 0 ? Part::data
                                   : Part::end),
      _left(announced.length) {}

Result<void> BodyParser::parse(std::string_view& bytes) {
    while (!bytes.empty() && !isWhole()) {
        if (auto taken = _part == Part::data ? takeData(bytes) : takeLine(bytes); !taken) {
            return taken;
        }
    }
    return {};
}

std::size_t BodyParser::wanted() const {
    return isWhole() ? 0 : _part == Part::data ? _left : 1;
}

Error BodyParser::cut() const {
    const bool isKnown = _part == Part::data;
    return {Code::invalid, "the body is cut" + (isKnown ? ": " + std::to_string(_left) + " bytes are missing" : "")};
}

/// Memory grows with what comes, not with what is announced.
Result<void> BodyParser::takeData(std::string_view& bytes) {
    if (_left > _longest) {
        return bodyTooLong(_longest);
    }
    const std::string_view piece = bytes.substr(0, _left);
    bytes.remove_prefix(piece.size());
    _left -= piece.size();
    if (_left == 0) {
        _part = _chunked ? Part::dataEnd : Part::end;
    }
    return _take(piece);
}

Result<void> BodyParser::takeLine(std::string_view& bytes) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    _line += bytes.substr(0, end);
    if (_line.size() > longestLine) {
        return Error(Code::invalid, "a line within the body is too long");
    }
    const bool isWholeLine = end < bytes.size();
    bytes.remove_prefix(isWholeLine ? end + 1 : end);
    if (!isWholeLine) {
        return {};
    }
    if (!_line.ends_with('\r')) {
        return Error(Code::invalid, "a line within the body does not end with CR LF");
    }
    _line.pop_back();
    return ended(std::exchange(_line, {}));
}

Result<void> BodyParser::ended(std::string_view line) {
    if (_part == Part::size) {
        return beginChunk(line);
    }
    if (_part == Part::dataEnd) {
        _part = Part::size;
        return line.empty() ? Result<void>()
                            : Result<void>(Error(Code::invalid, "a chunk of the body does not end as announced"));
    }
    if (line.empty()) {  // the end of the trailer, in which nothing is for us
        _part = Part::end;
    } else if (++_trailerLines == mostTrailerLines) {
        return Error(Code::invalid, "the trailer of the body is too long");
    }
    return {};
}

Result<void> BodyParser::beginChunk(std::string_view line) {
    const auto size = bodyLength(sizeOf(line), hexadecimal, _longest - _before);
    if (!size) {
        return size.error().code() == Code::exhausted ? bodyTooLong(_longest) : size.error();
    }
    _left = *size;
    _before += *size;
    _part = *size == 0 ? Part::trailer : Part::data;
    return {};
}

}  // namespace aip::http
