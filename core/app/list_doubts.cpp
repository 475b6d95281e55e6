#include "app/list_doubts.h"

#include "app/server_sections.h"
#include "app/setting_keys.h"
#include "app/setting_table.h"
#include "base/ascii.h"
#include "base/setting_text.h"
#include "network/resolver.h"

#include <string_view>

namespace aip::app {
namespace {

struct DoubtRow {
    bool (*fits)(std::string_view item);
    const char* text;
};

bool isPath(std::string_view item) {
    return item.starts_with('/');
}

bool holds(std::string_view item, std::string_view part) {
    return item.find(part) != std::string_view::npos;
}

/// The first that fits.
constexpr DoubtRow doubts[] = {
    {[](std::string_view item) { return holds(item, "\"") || item.ends_with('\''); },
     "holds a quotation mark that quotes nothing: an item is quoted as a whole"},
    {[](std::string_view item) { return holds(item, ";"); }, "holds a semicolon: items have commas between them"},
    {[](std::string_view item) { return isPath(item) && (holds(item, ":/") || holds(item, "|/")); },
     "looks like two paths: items have commas between them"},
    {[](std::string_view item) { return isPath(item) && (holds(item, " /") || holds(item, "\t/")); },
     "looks like two paths: items have commas between them"},
};

struct EmptyRow {
    std::string_view key;
    const char* meaning;
};

constexpr EmptyRow emptyLists[] = {{"plugins.allow", "all plugins may run"},
                                   {"plugins.require", "nothing is required of a process"},
                                   {"server.public_key_pin", "every key is taken"},
                                   {"mcp.tools", "all tools are offered"},
                                   {"mcp.pin", "no tool is pinned"}};

/// The key of the row that is for `key`.
std::string rowOf(const std::string& key) {
    const std::string name = lastPart(key);
    const bool ofServer = !memberOf(key, serverFamily).empty();
    if (name == "require" && (ofServer || !memberOf(key, pluginFamily).empty())) {
        return "plugins.require";
    }
    return ofServer ? "mcp." + name : key;
}

bool isProfileList(const std::string& key) {
    const std::string name = lastPart(key);
    return !memberOf(key, profileFamily).empty() && (name == "action" || name == "data_collection");
}

bool isServerList(const std::string& key) {
    const auto* row = memberOf(key, serverFamily).empty() ? nullptr : findServerKey(lastPart(key));
    return row != nullptr && row->kind == std::string_view("list");
}

/// Those in which anything may stand, secrets too.
bool isFree(const std::string& key) {
    return isServerList(key) && (lastPart(key) == "args" || lastPart(key) == "env");
}

bool isList(const std::string& key) {
    const auto* row = findSetting(key);
    return row != nullptr ? row->kind == std::string_view("list") : isProfileList(key) || isServerList(key);
}

/// But for an address such as [::1].
bool beginsWithBracket(const std::string& written) {
    const std::string first(base::trimmed(written.substr(0, written.find(','))));
    const bool isAddress = first.ends_with(']') && network::isIpv6(first.substr(1, first.size() - 2));
    return first.starts_with('[') && !isAddress;
}

}  // namespace

void findListDoubts(const Settings& settings, const std::string& key, Findings& findings) {
    const auto written = settings.rawValues.find(key);
    const bool json = written != settings.rawValues.end() && base::trimmed(written->second).starts_with('[');
    if (written == settings.rawValues.end() || json || findings.haveError(key)) {
        return;
    }
    for (const auto& item : base::unquotedItems(written->second)) {
        for (const auto& row : doubts) {
            if (row.fits(item)) {
                findings.add({Found::doubtfulList, settings.originOf(key), key, "'" + item + "' " + row.text});
                break;
            }
        }
    }
}

void findEmptyList(const std::string& key, const std::string& origin, Findings& findings) {
    const std::string known = rowOf(key);
    for (const auto& row : emptyLists) {
        if (row.key == known) {
            findings.add({Found::emptyList, origin, key, std::string("is an empty list: ") + row.meaning});
        }
    }
}

void findListDoubts(const Settings& settings, Findings& findings) {
    for (const auto& [key, written] : settings.rawValues) {
        if (isList(key) && beginsWithBracket(written) && !findings.haveError(key)) {
            findings.add(
                {Found::doubtfulList, settings.originOf(key), key,
                 "begins with a bracket, which belongs to its first item: items have only commas between them"});
        } else if (isList(key) && !isFree(key)) {
            findListDoubts(settings, key, findings);
        }
    }
}

}  // namespace aip::app
