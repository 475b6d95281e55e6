#include "mcp/unreadable.h"

#include "base/json_parser.h"
#include "base/json_string_end.h"
#include "base/json_text.h"
#include "mcp/rpc.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace aip::mcp {
namespace {

constexpr const char* blanks = " \t\r\n";
constexpr int depthOfTool = 4;  ///< the answer, its result, the tools, the tool

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

    /// The value of the member as written; empty if it is no string.
    std::string_view text() const { return _rest.starts_with('"') ? Scan(*this).takeString() : std::string_view(); }

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

/// The objects in the list "tools" of the result.
std::vector<std::string_view> toolsOf(std::string_view answer) {
    std::vector<std::string_view> tools;
    std::string_view member;  ///< of the result
    std::size_t begin = 0;
    long depth = 0;
    for (std::size_t at = 0; at < answer.size(); ++at) {
        const char c = answer[at];
        if (c == '"') {
            const std::size_t end = base::jsonStringEnd(answer, at);
            member = depth == 2 ? answer.substr(at, end - at) : member;
            at = end;
        } else if (c == '{' || c == '[') {
            begin = ++depth == depthOfTool ? at : begin;
        } else if ((c == '}' || c == ']') && depth-- == depthOfTool && member == "\"tools" && answer[begin] == '{') {
            tools.push_back(answer.substr(begin, at + 1 - begin));
        }
    }
    return tools;
}

std::string nameOf(std::string_view tool) {
    Scan scan(tool);
    for (auto member = scan.nextName(); member; member = scan.nextName()) {
        if (*member == "name") {
            const std::string written = base::repairUtf8(scan.text());
            const std::string name = stringOf('"' + written + '"');
            return name.empty() ? written : name;
        }
    }
    return {};
}

/// Why it cannot be a tool of an answer; empty: it can.
std::string flawOf(std::string_view tool) {
    std::string answer(depthOfTool - 1, '[');
    answer.append(tool).append(depthOfTool - 1, ']');
    const base::ThreadParser parser;
    const auto parsed = base::parseJson(*parser, answer, base::Padding::none);
    return parsed ? std::string() : parsed.error().text();
}

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

std::string withoutUnreadableTools(std::string_view answer) {
    std::string rest;
    const char* from = answer.data();
    for (const auto tool : toolsOf(answer)) {
        if (const auto flaw = flawOf(tool); !flaw.empty()) {
            rest.append(from, tool.data());
            rest += R"({"name":)" + base::jsonString(nameOf(tool)) + ",\"" + unreadableMember +
                    "\":" + base::jsonString(base::repairUtf8(flaw)) + "}";
            from = tool.data() + tool.size();
        }
    }
    return rest.append(from, answer.data() + answer.size());
}

}  // namespace aip::mcp
