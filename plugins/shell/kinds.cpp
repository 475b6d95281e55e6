#include "kinds.h"

#include "refused.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace aip::shell {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view wordCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.,:+-%";

// Known names only: ps takes an unknown one for a reason to read its whole line again, by other rules.
constexpr std::string_view columns[] = {
    "%cpu",   "%mem",       "args",   "c",      "cmd",   "comm",  "command", "cpu", "cputime", "egid",
    "egroup", "elapsed",    "etime",  "etimes", "euid",  "euser", "fname",   "gid", "group",   "lstart",
    "lwp",    "ni",         "nice",   "nlwp",   "pcpu",  "pgid",  "pgrp",    "pid", "pmem",    "ppid",
    "pri",    "psr",        "rgroup", "rss",    "ruser", "s",     "session", "sid", "sgi_p",   "size",
    "start",  "start_time", "stat",   "state",  "stime", "sz",    "thcount", "tid", "time",    "tname",
    "tty",    "uid",        "uname",  "user",   "vsize", "vsz",   "wchan"};

bool consistsOf(std::string_view value, std::string_view characters, std::size_t longest) {
    return !value.empty() && value.size() <= longest && value.find_first_not_of(characters) == std::string_view::npos;
}

bool isNumber(std::string_view value) {
    return consistsOf(value, digits, 9);
}

long toNumber(std::string_view value) {
    long number = -1;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

/// "20", "+5", "-5", "10K"
bool isCount(std::string_view value) {
    value.remove_prefix(value.starts_with('+') || value.starts_with('-') ? 1 : 0);
    const auto end = std::min(value.find_first_not_of(digits), value.size());
    return isNumber(value.substr(0, end)) && (end == value.size() || consistsOf(value.substr(end), "bkKMGTiB", 3));
}

bool isFew(std::string_view value) {
    return isNumber(value) && toNumber(value) >= 1 && toNumber(value) <= 20;
}

/// "0.5", "10", "10s": how long it may take is decided by the call's time-out.
bool isSeconds(std::string_view value) {
    value.remove_suffix(value.ends_with('s') ? 1 : 0);
    return consistsOf(value, "0123456789.", 8) && std::ranges::count(value, '.') <= 1 && value != ".";
}

bool isWord(std::string_view value) {
    return consistsOf(value, wordCharacters, 128) && !value.starts_with('-');
}

bool isName(std::string_view value) {
    return !value.empty() && !value.starts_with('-');
}

bool isFormat(std::string_view value) {
    return value.starts_with('+');
}

/// A date as text; TZ="..." within it would name a file.
bool isTime(std::string_view value) {
    return value.find("TZ") == std::string_view::npos;
}

bool isColumn(std::string_view value) {
    value.remove_prefix(value.starts_with('+') || value.starts_with('-') ? 1 : 0);
    value.remove_suffix(value.ends_with('=') ? 1 : 0);
    return std::ranges::find(columns, value) != std::end(columns);
}

bool isPid(std::string_view value) {
    return consistsOf(value, digits, 7) && toNumber(value) > 0;
}

/// Every item of a list with commas.
bool each(std::string_view list, bool (*is)(std::string_view)) {
    for (;;) {
        const auto comma = std::min(list.find(','), list.size());
        if (!is(list.substr(0, comma))) {
            return false;
        }
        if (comma == list.size()) {
            return true;
        }
        list.remove_prefix(comma + 1);
    }
}

bool areColumns(std::string_view value) {
    return each(value, isColumn);
}

bool arePids(std::string_view value) {
    return each(value, isPid);
}

/// "aux": letters that choose processes and columns. Never e (environments), nor those that take a value.
bool isBsd(std::string_view value) {
    return consistsOf(value, "afhjlmruvwx", 10);
}

/// Names in letters could be read as options, see the rule of ps.
bool isUser(std::string_view value) {
    return isNumber(value) || value == "root";
}

bool isHost(std::string_view value) {
    return isWord(value) && value.find_first_of(",+%") == std::string_view::npos;
}

/// What dig takes: a name, a type, @server, +option.
bool isQuery(std::string_view value) {
    value.remove_prefix(value.starts_with('@') ? 1 : 0);
    return consistsOf(value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.:+=-", 253) &&
           !value.starts_with('-');
}

bool isText(std::string_view) {
    return true;
}

struct Kind {
    std::string_view name;
    bool (*is)(std::string_view);
    std::string_view meaning;
};

constexpr Kind kinds[] = {
    {"text", isText, "any text"},
    {"path", isText, "a path whose content is not read"},
    {"word", isWord, "a plain word"},
    {"name", isName, "a name"},
    {"number", isNumber, "a number"},
    {"count", isCount, "a count such as 20, +5 or 10K"},
    {"few", isFew, "a number from 1 to 20"},
    {"seconds", isSeconds, "a number of seconds"},
    {"format", isFormat, "a format that begins with +"},
    {"time", isTime, "a date without a time zone of its own"},
    {"columns", areColumns, "a list of known columns"},
    {"pids", arePids, "a list of process ids"},
    {"bsd", isBsd, "one word like aux or axjf, without e"},
    {"user", isUser, "root or a numeric user id ('ps aux' is written without a dash)"},
    {"host", isHost, "a host name or address"},
    {"query", isQuery, "a name, a type, @server or +option"},
};

}  // namespace

void checkKind(std::string_view kind, std::string_view value, const Place& place) {
    if (kind == "file" || kind == "regular") {
        const auto type = kind == "regular" ? Paths::Type::file : Paths::Type::fileOrDirectory;
        place.paths.checkReadable(place.directory, std::string(value), type);
        return;
    }
    const auto* found = std::ranges::find(kinds, kind, &Kind::name);
    if (found == std::end(kinds) || !found->is(value)) {
        const auto meaning = found == std::end(kinds) ? kind : found->meaning;
        throw Refused("'" + std::string(value) + "' is not " + std::string(meaning));
    }
}

}  // namespace aip::shell
