#include "hosting/host_settings.h"

#include "hosting/abi_text.h"

#include <utility>

namespace aip::hosting {

HostSettingsTable::HostSettingsTable(HostSettings settings)
    : _settings(std::move(settings)), _table{AIP_END_OF(aip_host_settings, get), 0, this, &HostSettingsTable::get} {}

aip_text HostSettingsTable::get(const aip_host_settings* table, aip_text key) {
    const HostSettings& settings = static_cast<const HostSettingsTable*>(table->context)->_settings;
    const auto found = settings.find(view(key));
    return found == settings.end() ? aip_text{nullptr, 0} : text(found->second);
}

}  // namespace aip::hosting
