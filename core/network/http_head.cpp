#include "network/http_head.h"

#include "base/ascii.h"

#include <algorithm>
#include <utility>

namespace aip::network {
namespace {

constexpr std::string_view httpStart = "HTTP/1.";
constexpr std::string_view blanks = " \t";

using base::isDigit;

bool isControlCharacter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

}  // namespace

bool HttpHead::has(std::string_view name) const {
    return std::ranges::any_of(fields, [name](const Field& field) { return base::equalNoCase(field.name, name); });
}

std::string HttpHead::value(std::string_view name) const {
    std::string joined;
    bool first = true;
    for (const Field& field : fields) {
        if (base::equalNoCase(field.name, name)) {
            joined += (std::exchange(first, false) ? "" : ", ") + field.value;
        }
    }
    return joined;
}

std::vector<std::string> HttpHead::list(std::string_view name) const {
    std::vector<std::string> members;
    const std::string joined = value(name);
    for (std::string_view left = joined; !left.empty();) {
        const std::size_t comma = std::min(left.find(','), left.size());
        if (const std::string_view member = base::trimmed(left.substr(0, comma), blanks); !member.empty()) {
            members.emplace_back(member);
        }
        left.remove_prefix(std::min(comma + 1, left.size()));
    }
    return members;
}

HttpHeadReader::State HttpHeadReader::feed(std::string_view& bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        bytes.remove_prefix(part.size());
        _line += part;
        _size += part.size();
        if (_head.status == 0 && !_line.starts_with(httpStart.substr(0, _line.size()))) {
            return fail("is not HTTP");
        }
        if (_size > maxSize) {
            return fail("is longer than 64 KiB");
        }
        if (const State state = part.back() == '\n' ? takeLine() : State::reading; state != State::reading) {
            return state;
        }
    }
    return State::reading;
}

HttpHeadReader::State HttpHeadReader::takeLine() {
    const std::string whole = std::exchange(_line, {});
    if (!whole.ends_with("\r\n")) {
        return malformed("a line ends without a carriage return");
    }
    const std::string_view line = std::string_view(whole).substr(0, whole.size() - 2);
    if (std::ranges::any_of(line, isControlCharacter)) {
        return malformed("a line holds a control character");
    }
    if (line.empty()) {
        return State::complete;
    }
    return _head.status == 0 ? takeStatus(line) : takeField(line);
}

/// "HTTP/1.1 101 Switching Protocols"; the words may be missing, as many servers leave them out.
HttpHeadReader::State HttpHeadReader::takeStatus(std::string_view line) {
    line.remove_prefix(std::min(httpStart.size(), line.size()));
    const bool shaped = line.size() >= 5 && isDigit(line[0]) && line[1] == ' ' &&
                        std::ranges::all_of(line.substr(2, 3), isDigit) && line[2] != '0' &&
                        (line.size() == 5 || line[5] == ' ');
    if (!shaped) {
        return malformed("its first line has no status of three digits");
    }
    _head.status = (line[2] - '0') * 100 + (line[3] - '0') * 10 + (line[4] - '0');
    return State::reading;
}

HttpHeadReader::State HttpHeadReader::takeField(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') {
        return malformed("a field is continued on a second line");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return malformed("a line without a colon is not a field");
    }
    const std::string_view name = line.substr(0, colon);
    if (name.ends_with(' ') || name.ends_with('\t')) {
        return malformed("there is a blank before the colon of a field");
    }
    if (!base::isToken(name)) {
        return malformed("the name of a field holds a character that no name may have");
    }
    if (base::equalNoCase(name, "Content-Length") && _head.has(name)) {
        return malformed("it has Content-Length twice");
    }
    _head.fields.push_back({std::string(name), std::string(base::trimmed(line.substr(colon + 1), blanks))});
    return State::reading;
}

HttpHeadReader::State HttpHeadReader::fail(const std::string& flaw) {
    _flaw = flaw;
    return State::broken;
}

}  // namespace aip::network
