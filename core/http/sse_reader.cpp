#include "http/sse_reader.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace aip::http {
namespace {

constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t longestId = 4096;
constexpr std::int64_t longestRetry = 3'600'000;

}  // namespace

bool SseReader::feed(std::string_view bytes, const Take& take) {
    while (!bytes.empty() && !_tooLong) {
        if (_afterReturn && bytes.front() == '\n') {
            bytes.remove_prefix(1);
        }
        _afterReturn = false;
        const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
        _tooLong = _line.size() + _data.size() + end > _longest;
        if (_tooLong) {
            break;
        }
        _line += bytes.substr(0, end);
        if (end < bytes.size()) {
            _afterReturn = bytes[end] == '\r';
            lineEnded(take);
        }
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return !_tooLong;
}

void SseReader::lineEnded(const Take& take) {
    std::string_view line = _line;
    if (_first && line.starts_with(byteOrderMark)) {
        line.remove_prefix(byteOrderMark.size());
    }
    _first = false;
    if (line.empty()) {
        if (_hasData && !_data.empty()) {
            take(_data);
        }
        _data.clear();
        _hasData = false;
    } else {
        const auto colon = std::min(line.find(':'), line.size());
        std::string_view value = line.substr(std::min(colon + 1, line.size()));
        value.remove_prefix(value.starts_with(' ') ? 1 : 0);
        field(line.substr(0, colon), value);
    }
    _line.clear();
}

void SseReader::field(std::string_view name, std::string_view value) {
    if (name == "data") {
        _data += _hasData ? "\n" : "";
        _data += value;
        _hasData = true;
    } else if (name == "id" && value.size() <= longestId && value.find('\0') == std::string_view::npos) {
        _lastId = value;
    } else if (name == "retry") {
        std::int64_t time = 0;
        const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), time);
        if (problem == std::errc() && end == value.data() + value.size() && time >= 0 && !value.empty()) {
            _retry = std::chrono::milliseconds(std::min(time, longestRetry));
        }
    }
}

}  // namespace aip::http
