#include "plugins/host_settings.h"

#include "plugins/abi_text.h"

#include <utility>

namespace aip::plugins {

HostSettingsTable::HostSettingsTable(HostSettings settings)
    : _settings(std::move(settings)), _table{AIP_END_OF(aip_host_settings, get), 0, this, &HostSettingsTable::get} {}

aip_text HostSettingsTable::get(const aip_host_settings* table, aip_text key) {
    const HostSettings& settings = static_cast<const HostSettingsTable*>(table->context)->_settings;
    const auto found = settings.find(view(key));
    return found == settings.end() ? aip_text{nullptr, 0} : text(found->second);
}

}  // namespace aip::plugins
