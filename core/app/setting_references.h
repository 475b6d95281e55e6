#pragma once

#include "base/setting_text.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/LayeredConfiguration.h>
#include <Poco/Util/MapConfiguration.h>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace aip::app {

/// Resolves ${NAME} in values: NAME is another key of the configuration, or one of POCO's SystemConfiguration, such as
/// system.nodeName or system.env.HOME. All references together may stand for 16 MiB: those that lead to references
/// could stand for any amount. Not for concurrent use.
class SettingReferences {
  public:
    SettingReferences();

    /// Makes a value known to the references of others.
    void add(const std::string& key, const std::string& written);

    base::SettingText decode(const std::string& written) const;

    /// What is written, without its quotes: references stay as they are, and "$${" is none. As it is if it is no value.
    static std::string withoutQuotes(const std::string& written);

  private:
    using Keys = std::set<std::string>;

    base::Result<std::string> expand(std::string_view reference) const;
    std::size_t costOf(const std::string& text, std::size_t level) const;
    bool goesRound(const std::string& text, Keys& open, Keys& done) const;

    static constexpr std::size_t mostExpanded = 16UL << 20U;

    mutable std::size_t _left = mostExpanded;
    mutable std::map<std::string, std::size_t> _costs;  ///< of the values of keys, as far as they are known
    Poco::AutoPtr<Poco::Util::MapConfiguration> _values;
    Poco::AutoPtr<Poco::Util::LayeredConfiguration> _layers;
};

}  // namespace aip::app
