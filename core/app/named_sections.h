#pragma once

#include "app/effective_values.h"
#include "app/setting_table.h"
#include "app/settings.h"
#include "base/setting_text.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

/// The sections whose names the operator chooses.
namespace aip::app {

/// [profile.NAME]
class ProfileSections {
  public:
    base::Result<void> set(const std::string& key, const base::SettingText& value);

    /// In the order of their names; where there is none, one that offers everything to everybody. What is wrong with
    /// them as a whole is found here.
    std::vector<execution::Profile> profiles(const EffectiveValues& written, Findings& findings) const;

  private:
    std::map<std::string, execution::Profile> _profiles;
};

/// [plugin.ID]
class PluginSections {
  public:
    /// `installed`: the ids of the plugins that there are.
    explicit PluginSections(std::vector<std::string> installed = {}) : _installed(std::move(installed)) {}

    base::Result<void> set(Settings& settings, const std::string& key, const base::SettingText& value);

    /// Puts what one plugin has of its own over what all have. After all keys have been set.
    void complete(Settings& settings) const;

  private:
    std::vector<std::string> _installed;
    std::map<std::string, std::vector<std::pair<const SettingRow*, base::SettingText>>> _slotValues;
};

}  // namespace aip::app
