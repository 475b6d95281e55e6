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

/// The name of a zone; anything else might name a file.
bool isZone(std::string_view value) {
    return consistsOf(value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_+/-", 64) &&
           !value.starts_with('/');
}

/// A date as text, which may begin with TZ="zone".
bool isTime(std::string_view value) {
    constexpr std::string_view begin = "TZ=\"";
    auto date = value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
    if (date.starts_with(begin)) {
        const auto zone = date.substr(begin.size(), date.find('"', begin.size()) - begin.size());
        if (!isZone(zone)) {
            return false;
        }
        date.remove_prefix(std::min(begin.size() + zone.size() + 1, date.size()));
    }
    return date.find("TZ") == std::string_view::npos;
}

/// "pid", "pid=" (no header), "wchan:14" (width)
bool isColumn(std::string_view value) {
    value.remove_suffix(value.ends_with('=') ? 1 : 0);
    if (const auto colon = value.find(':'); colon != std::string_view::npos) {
        return consistsOf(value.substr(colon + 1), digits, 4) && isColumn(value.substr(0, colon));
    }
    return std::ranges::find(columns, value) != std::end(columns);
}

bool isKey(std::string_view value) {
    value.remove_prefix(value.starts_with('+') || value.starts_with('-') ? 1 : 0);
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

bool areKeys(std::string_view value) {
    return each(value, isKey);
}

bool arePids(std::string_view value) {
    return each(value, isPid);
}

/// "aux": letters that choose processes and columns. Never e (environments), nor those that take a value.
bool isBsd(std::string_view value) {
    return consistsOf(value, "acfghjlmnrsuvwxHMSTZ", 12);
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
    {"time", isTime, "a date, with a time zone only by its name: TZ=\"Europe/Berlin\""},
    {"columns", areColumns, "a list of known columns"},
    {"keys", areKeys, "a list of known columns, each with + or - before it"},
    {"pids", arePids, "a list of process ids"},
    {"bsd", isBsd, "one word like aux or axjf, without e"},
    {"user", isUser, "root or a numeric user id"},
    {"host", isHost, "a host name or address"},
    {"query", isQuery, "a name, a type, @server or +option"},
};

}  // namespace

void checkKind(std::string_view kind, std::string_view value, const Paths& paths) {
    if (kind == "file" || kind == "regular") {
        const auto type = kind == "regular" ? Paths::Type::file : Paths::Type::fileOrDirectory;
        paths.checkReadable(std::string(value), type);
        return;
    }
    const auto* found = std::ranges::find(kinds, kind, &Kind::name);
    if (found == std::end(kinds) || !found->is(value)) {
        const auto meaning = found == std::end(kinds) ? kind : found->meaning;
        throw Refused("'" + std::string(value) + "' is not " + std::string(meaning));
    }
}

}  // namespace aip::shell
