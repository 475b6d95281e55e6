#include "dev/agent_log.h"

#include <algorithm>
#include <utility>

namespace aip::tool::dev {
namespace {

constexpr std::size_t longestTail = 4096;

std::string_view firstWord(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
    return word;
}

/// "OK in 12.3 ms", of "greet of server: OK by the tool in 12.3 ms, 11 bytes"; empty: it is another line.
std::string endIn(std::string_view text) {
    const auto code = text.find(": ");
    const auto by = text.find(" by the ", code);
    const auto time = text.find(" in ", by);
    if (by == std::string_view::npos || time == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(code + 2, by - code - 2)) +
           std::string(text.substr(time, text.find(',', time) - time));
}

/// What every agent of this kind says, and no author needs to know.
bool isUsual(std::string_view text) {
    constexpr std::string_view usual[] = {"running as root", "its process is without ", "plugins.debuggable"};
    return std::ranges::any_of(usual,
                               [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

}  // namespace

void AgentLog::take(std::string_view piece) {
    _rest += piece;
    std::size_t begin = 0;
    for (auto end = _rest.find('\n'); end != std::string::npos; end = _rest.find('\n', begin)) {
        line(std::string_view(_rest).substr(begin, end - begin));
        begin = end + 1;
    }
    _rest.erase(0, begin);
}

void AgentLog::line(std::string_view text) {
    _tail.append(text) += '\n';
    _tail.erase(0, _tail.size() - std::min(_tail.size(), longestTail));
    firstWord(text);  // the time
    const auto level = firstWord(text);
    if (text.starts_with("call ")) {
        return call(text.substr(5));
    }
    event(level, text);
}

void AgentLog::event(std::string_view level, std::string_view text) {
    const bool bad = level == "warning" || level == "error";
    const bool plugin = text.starts_with("plugin ");
    _registered = _registered || text.starts_with("registered as ");
    _reloads += text.starts_with("reload: done") || text.starts_with("reload: the plugins stay as they are") ||
                        text.starts_with("reload: everything stays as it is")
                    ? 1
                    : 0;
    const bool refused = text.find(": refused: ") != std::string_view::npos ||
                         text.find(" is refused, version ") != std::string_view::npos ||
                         text.find(": failed: ") != std::string_view::npos ||
                         text.starts_with("reload: the plugins stay");
    if (bad && refused) {
        _refusal = text;
    } else if (!isUsual(text) && (bad || (plugin && text.find(": ") != std::string_view::npos &&
                                          text.find(": leaves once") == std::string_view::npos))) {
        _show((bad ? std::string(level) + ": " : std::string()) + std::string(plugin ? text.substr(7) : text));
    }
}

void AgentLog::call(std::string_view text) {
    const auto colon = text.find(": ");
    const std::string id(text.substr(0, colon));
    std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 2);
    const auto known = _calls.find(id);
    if (known == _calls.end()) {
        if (rest.find("::") != std::string_view::npos) {
            _calls[id] = firstWord(rest);
        }
    } else if (rest.ends_with(" %")) {
        _show("call " + known->second + ": " + std::string(rest));
    } else if (const auto end = endIn(rest); !end.empty()) {
        _show("call " + known->second + ": " + end);
        _calls.erase(known);
    }
}

}  // namespace aip::tool::dev
