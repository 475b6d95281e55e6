#pragma once

#include "admission/settings_json.h"
#include "base/setting_text.h"

#include <map>
#include <string>
#include <string_view>

namespace aip::admission {

/// Numbers by their value, before names: "2" before "10" before "a".
struct PartOrder {
    bool operator()(const std::string& one, const std::string& other) const;
};

/// What is written below a key: one value, or parts, as "hosts.0.name" is the part "name" of the part "0" of "hosts".
struct SettingNode {
    const base::SettingText* value = nullptr;  ///< null: only parts are written
    std::map<std::string, SettingNode, PartOrder> parts;
};

/// All keys as a tree: each dot leads to a part. The values must outlive it.
SettingNode settingTree(const SettingValues& values);

/// Whether the parts are numbered 0, 1, 2, ...
bool isNumbered(const SettingNode& node);

}  // namespace aip::admission
