#include "app/named_keys.h"

#include "app/setting_keys.h"

#include <algorithm>

namespace aip::app {
namespace {

constexpr NamedKey namedRows[] = {
    {profileFamily, "agent", "text", "", "Its name at the server; *: every agent that has no profile of its own."},
    {profileFamily, "root", "text", "default",
     "The name of the root; default stands for every root that has no profile of its own."},
    {profileFamily, "action", "list", "", "Namespaces of plugins whose actions it may use."},
    {profileFamily, "data_collection", "list", "", "Namespaces of plugins whose collections of data it may use."},
    {pluginFamily, "enabled", "boolean", "true", "Whether the plugin is used."},
    {pluginFamily, "load", "text", "lazy", "When it starts. lazy: with its first call; start: with the agent."},
    {pluginFamily, "sha256", "text", "",
     "The SHA-256 of its library or program, which it must have; plugins.trust = pinned wants one."},
    {limitFamily, "allow", "boolean", "true", "false: the tools are not executed."},
    {limitFamily, "rate", "text", "",
     "Calls in a time, never more in any span of that length: 10/min, 100/30s, 1/h; none: no limit."},
    {limitFamily, "concurrency", "number", "", "Calls at the same time; none: no limit."},
    {limitFamily, "bytes_out", "text", "",
     "Bytes of results and errors in a time: 10MiB/h; a larger result becomes a failure; none: no limit."},
};

}  // namespace

std::span<const NamedKey> namedKeys() {
    return namedRows;
}

bool isNamedKey(std::string_view family, std::string_view name) {
    return std::ranges::any_of(namedRows,
                               [=](const NamedKey& row) { return row.family == family && row.name == name; });
}

}  // namespace aip::app
