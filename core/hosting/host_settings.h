#pragma once

#include <aip/ext/host_settings.h>

#include <functional>
#include <map>
#include <string>

namespace aip::hosting {

/// What a plugin may know of its host: keys of aip/ext/host_settings.h and their values.
using HostSettings = std::map<std::string, std::string, std::less<>>;

/// aip.host-settings/1 for one plugin.
class HostSettingsTable {
  public:
    explicit HostSettingsTable(HostSettings settings);
    HostSettingsTable(const HostSettingsTable&) = delete;
    HostSettingsTable& operator=(const HostSettingsTable&) = delete;

    const aip_host_settings* table() const { return &_table; }

  private:
    static aip_text get(const aip_host_settings* table, aip_text key);

    const HostSettings _settings;
    aip_host_settings _table;
};

}  // namespace aip::hosting
