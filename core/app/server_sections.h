#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "base/setting_text.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace aip::app {

struct SettingRow;

/// One key of [mcp.NAME].
struct ServerKeyRow {
    const char* name;
    const char* kind;          ///< as that of a SettingRow
    const char* defaultValue;  ///< as it would be written
    const char* meaning;       ///< one sentence
    bool secret;               ///< its value is not shown
    base::Result<void> (*set)(plugins::ServerSettings&, const base::SettingText&);
};

std::span<const ServerKeyRow> serverKeys();
/// Null: no such key.
const ServerKeyRow* findServerKey(const std::string& name);
/// Whether `name` is a key of [mcp.NAME]: one of its own, or one of [plugins] that is a plugin's, too.
bool isServerKey(const std::string& name);

/// [mcp.NAME]
class ServerSections {
  public:
    base::Result<void> set(Settings& settings, const std::string& key, const base::SettingText& value);

    /// What of a section makes no sense as a whole is found here. After all keys have been set.
    void complete(Settings& settings, Findings& findings) const;

  private:
    std::map<std::string, std::vector<std::pair<const SettingRow*, base::SettingText>>> _slotValues;
};

}  // namespace aip::app
