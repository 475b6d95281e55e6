#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "base/setting_text.h"
#include "execution/limits.h"
#include "execution/tool_table.h"

#include <map>
#include <string>
#include <vector>

namespace aip::app {

/// [limits.PATTERN]
class LimitSections {
  public:
    base::Result<void> set(const std::string& key, const base::SettingText& value);

    /// In the order of their names. Two that mean the same tools are an error.
    std::vector<execution::LimitRule> rules(const Settings& settings, Findings& findings) const;

  private:
    std::map<std::string, execution::LimitRule> _rules;  ///< by what is written
};

/// The patterns that fit no tool of the table: a typing error leaves open what it is to limit. Those that fit a
/// namespace of `toCome` are passed over.
Findings limitFindings(const Settings& settings, const execution::ToolTable& tools,
                       const std::vector<std::string>& toCome = {});

}  // namespace aip::app
