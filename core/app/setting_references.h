#pragma once

#include "base/setting_text.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/SystemConfiguration.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aip::app {

/// Resolves ${NAME} in values: NAME is another key of the configuration, or one of POCO's SystemConfiguration, such as
/// system.nodeName or system.env.HOME. All references together may stand for 16 MiB, as those that lead to references
/// could stand for any amount.
class SettingReferences {
  public:
    SettingReferences();

    /// Makes a value known to the references of others; a second one of a key counts.
    void add(const std::string& key, const std::string& written);

    base::SettingText decode(const std::string& written);

    /// What is written, without its quotes: references stay as they are, and "$${" is none. As it is if it is no value.
    static std::string withoutQuotes(const std::string& written);

  private:
    using Keys = std::vector<std::string>;  ///< those on the way from a value to a reference in it

    base::Result<std::string> expand(std::string_view reference);
    base::Result<void> append(std::string& out, std::string_view text, Keys& open);
    base::Result<void> appendValue(std::string& out, const std::string& name, Keys& open);
    base::Result<void> appendSystem(std::string& out, const std::string& name);
    base::Result<void> put(std::string& out, std::string_view text);

    std::map<std::string, std::string> _values;  ///< as withoutQuotes() gives them
    Poco::AutoPtr<Poco::Util::SystemConfiguration> _system;
    std::size_t _pieces;  ///< of text that references may still stand for
    std::size_t _bytes;   ///< the same in bytes
};

}  // namespace aip::app
