#include "dev/agent_log.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace aip::tool::dev {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t longestTail = 4096;
constexpr milliseconds day = std::chrono::hours(24);

std::string_view firstWord(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
    return word;
}

/// Of "2026-11-29T02:22:04.960+00:00": the time of the day.
milliseconds timeIn(std::string_view stamp) {
    const auto number = [stamp](std::size_t at, std::size_t size) {
        return stamp.size() < at + size ? 0 : std::atoi(std::string(stamp.substr(at, size)).c_str());
    };
    return std::chrono::hours(number(11, 2)) + std::chrono::minutes(number(14, 2)) +
           std::chrono::seconds(number(17, 2)) + milliseconds(number(20, 3));
}

std::string took(milliseconds from, milliseconds to) {
    const auto time = (to - from + day) % day;
    return time.count() == 0 ? "in less than 1 ms" : "in " + std::to_string(time.count()) + " ms";
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
    const auto at = timeIn(firstWord(text));
    const auto level = firstWord(text);
    if (text.starts_with("call ")) {
        return call(at, text.substr(5));
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

void AgentLog::call(milliseconds at, std::string_view text) {
    const auto colon = text.find(": ");
    const std::string id(text.substr(0, colon));
    std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 2);
    const auto known = _calls.find(id);
    if (known == _calls.end()) {
        if (rest.find("::") != std::string_view::npos) {
            _calls[id] = {std::string(firstWord(rest)), at};
        }
    } else if (rest.ends_with(" %")) {
        _show("call " + known->second.tool + ": " + std::string(rest));
    } else {
        _show("call " + known->second.tool + ": " + std::string(rest) + " " + took(known->second.at, at));
        _calls.erase(known);
    }
}

}  // namespace aip::tool::dev
