#pragma once

#include "plugins/plugin_set.h"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace aip::plugins {

/// Which plugins of a set offer a tool. Asks each slot for its tools once, when it is made; the set must outlive it.
class ToolsAtWork {
  public:
    struct Offer {
        const PluginEntry* entry;
        bool dynamic;  ///< the plugin has listed it at run time
    };

    explicit ToolsAtWork(const PluginSet& set);

    /// In the order of the set; of plugins that have a slot.
    const std::vector<Offer>& of(const admission::ToolManifest& tool) const;

  private:
    using Capability = std::tuple<std::string, std::string, std::string>;

    static Capability capability(const admission::ToolManifest& tool);
    void add(const std::vector<admission::ToolManifest>& tools, Offer offer);

    std::map<Capability, std::vector<Offer>> _offers;
};

}  // namespace aip::plugins
