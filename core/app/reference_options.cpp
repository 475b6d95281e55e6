#include "app/reference_options.h"

#include "base/setting_text.h"

#include <Poco/String.h>
#include <Poco/Util/Option.h>

#include <algorithm>
#include <array>
#include <utility>

namespace aip::app {
namespace {

using Poco::Util::Option;
using Definitions = std::vector<std::string>;

struct OptionRow {
    const char* name;
    const char* argument;
    const char* key;
};

constexpr std::array optionRows{
    OptionRow{"client-id", "ID", "client.id"},
    OptionRow{"ws-server", "URL", "server.url"},
    OptionRow{"max-retries", "N", "connection.max_retries"},
    OptionRow{"platform", "NAME", "client.platform"},
};
constexpr const char* logLevel = "log-level";
constexpr const char* noEffect = "ws";  // the reference has other ways than a WebSocket

std::string definition(const std::string& key, const std::string& value) {
    return key + "=" + base::literalSetting(value);
}

/// The reference's names beside ours, in whatever case.
Definitions logDefinitions(const std::string& value) {
    static constexpr std::array<std::pair<const char*, const char*>, 2> names{
        {{"warning", "warn"}, {"critical", "error"}}};
    const std::string level = Poco::toLower(value);
    const auto* ours = std::ranges::find(names, level, &std::pair<const char*, const char*>::first);
    return {definition("log.level", ours == names.end() ? level : ours->second)};
}

}  // namespace

void defineReferenceOptions(Poco::Util::OptionSet& options) {
    for (const auto& row : optionRows) {
        options.addOption(
            Option(row.name, "", std::string("The same as --define=") + row.key + "=" + row.argument + ".")
                .argument(row.argument));
    }
    options.addOption(
        Option(logLevel, "", "Set log.level, in any case; WARNING: warn, CRITICAL: error.").argument("LEVEL"));
    options.addOption(Option(noEffect, "", "Without effect: the connection is always a WebSocket."));
}

std::optional<Definitions> referenceOption(const std::string& name, const std::string& value) {
    if (name == noEffect) {
        return Definitions();
    }
    if (name == logLevel) {
        return logDefinitions(value);
    }
    const auto* row = std::ranges::find(optionRows, name, &OptionRow::name);
    return row == optionRows.end() ? std::nullopt : std::optional(Definitions{definition(row->key, value)});
}

}  // namespace aip::app
