#include "mcp/unreadable.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>

namespace aip::mcp {
namespace {

constexpr const char* blanks = " \t\r\n";

/// Goes over a text that only looks like JSON.
class Scan {
  public:
    explicit Scan(std::string_view text) : _rest(text) { skipBlanks(); }

    /// The next name of a member of the outermost object; nothing at the end.
    std::optional<std::string_view> nextName() {
        while (!_rest.empty()) {
            const char c = _rest.front();
            if (c == '"') {
                const auto text = takeString();
                if (_depth == 1 && takeColon()) {
                    return text;
                }
                continue;
            }
            _depth += c == '{' || c == '[' ? 1 : 0;
            _depth -= c == '}' || c == ']' ? 1 : 0;
            _rest.remove_prefix(1);
        }
        return std::nullopt;
    }

    /// The value of the member; 0 if it is no whole number.
    RequestId number() const {
        RequestId value = 0;
        const auto [end, error] = std::from_chars(_rest.data(), _rest.data() + _rest.size(), value);
        const bool ends =
            end == _rest.data() + _rest.size() || std::string_view(",} \t").find(*end) != std::string::npos;
        return error == std::errc() && ends ? value : 0;
    }

  private:
    void skipBlanks() {
        const auto begin = _rest.find_first_not_of(blanks);
        _rest.remove_prefix(begin == std::string_view::npos ? _rest.size() : begin);
    }

    /// Its content as written.
    std::string_view takeString() {
        std::size_t end = 1;
        while (end < _rest.size() && _rest[end] != '"') {
            end += _rest[end] == '\\' ? 2 : 1;
        }
        const auto text = _rest.substr(1, end - 1);
        _rest.remove_prefix(std::min(_rest.size(), end + 1));
        return text;
    }

    bool takeColon() {
        skipBlanks();
        if (!_rest.starts_with(':')) {
            return false;
        }
        _rest.remove_prefix(1);
        skipBlanks();
        return true;
    }

    std::string_view _rest;
    long _depth = 0;
};

}  // namespace

RequestId answeredBy(std::string_view line) {
    RequestId id = 0;
    bool answers = false;
    Scan scan(line);
    for (auto name = scan.nextName(); name; name = scan.nextName()) {
        if (*name == "method") {
            return 0;
        }
        id = *name == "id" ? scan.number() : id;
        answers = answers || *name == "result" || *name == "error";
    }
    return answers ? id : 0;
}

}  // namespace aip::mcp
