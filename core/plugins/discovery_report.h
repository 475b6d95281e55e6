#pragma once

#include "plugins/plugin_set.h"

#include <set>
#include <string>

namespace aip::plugins {

/// What the log says of the plugins that one discovery has examined. `previous` must outlive it. Not for concurrent
/// use.
class DiscoveryReport {
  public:
    explicit DiscoveryReport(const PluginSet& previous) : _previous(previous) {}

    /// A shortage that lasts is told once. Of plugins without a folder for their state the first of those with the same
    /// reason is told: it is mostly that of all.
    void examined(const PluginEntry& entry);

  private:
    bool wasShortBefore(const PluginEntry& entry) const;

    const PluginSet& _previous;
    std::set<std::string> _stateless;  ///< the reasons told
};

}  // namespace aip::plugins
