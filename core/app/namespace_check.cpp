#include "app/namespace_check.h"

#include "app/setting_keys.h"
#include "base/nearest.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace aip::app {
namespace {

using execution::actionType;
using execution::dataCollectionType;

/// Those of the tools of one type.
class Namespaces {
  public:
    Namespaces(const Settings& settings, const std::vector<PluginFolder>& plugins, std::string_view type) {
        for (const auto& plugin : plugins) {
            _more = _more || plugin.hasMore;
            for (const auto& [ofType, name] : plugin.namespaces) {
                if (ofType == type) {
                    _known.push_back(name);
                }
            }
        }
        for (const auto& [name, server] : settings.discovery.servers) {
            _known.push_back(name);
        }
    }

    /// Empty: the namespace is there, or may be.
    std::string fault(const std::string& name) const {
        if (std::ranges::find(_known, name) != _known.end()) {
            return {};
        }
        const std::string meant = base::didYouMean(name, _known);
        return meant.empty() && _more ? "" : "no plugin has a tool of this type in namespace '" + name + "'" + meant;
    }

  private:
    std::vector<std::string> _known;
    bool _more = false;  ///< there may be others at run time
};

}  // namespace

void findUnknownNamespaces(const Settings& settings, const std::vector<PluginFolder>& plugins, Findings& findings) {
    for (const std::string_view type : {actionType, dataCollectionType}) {
        const Namespaces known(settings, plugins, type);
        for (const auto& profile : settings.profiles) {
            const std::string key = std::string(profileFamily) + profile.name + "." + std::string(type);
            for (const auto& name : profile.namespaces(type)) {
                if (std::string fault = known.fault(name); !fault.empty()) {
                    findings.add({Found::profileInVain, settings.originOf(key), key, std::move(fault)});
                }
            }
        }
    }
}

}  // namespace aip::app
