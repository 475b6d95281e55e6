#include "app/profile_findings.h"

#include "app/limit_sections.h"
#include "app/setting_keys.h"

#include <string>

namespace aip::app {

Findings profileFindings(const std::vector<execution::Remark>& remarks, const Settings& settings) {
    Findings findings;
    for (const auto& remark : remarks) {
        const std::string key =
            remark.profile.empty() ? "" : std::string(profileFamily) + remark.profile + "." + remark.toolType;
        const std::string origin = settings.originOf(key);
        findings.add({Found::profileInVain, origin, origin.empty() ? "" : key, remark.text});
    }
    return findings;
}

Findings offerFindings(const execution::PluginManager& plugins, const Settings& settings) {
    std::vector<std::string> toCome;
    for (const auto& [name, server] : settings.discovery.servers) {
        toCome.push_back(name);
    }
    Findings findings = profileFindings(plugins.remarks(), settings);
    if (const auto routes = plugins.router().current()) {
        findings.add(limitFindings(settings, routes->tools(), toCome));
    }
    return findings;
}

}  // namespace aip::app
