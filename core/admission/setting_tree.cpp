#include "admission/setting_tree.h"

#include <algorithm>

namespace aip::admission {
namespace {

bool isNumber(std::string_view name) {
    const bool padded = name.size() > 1 && name.front() == '0';
    return !name.empty() && !padded && name.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool PartOrder::operator()(const std::string& one, const std::string& other) const {
    if (isNumber(one) && isNumber(other) && one.size() != other.size()) {
        return one.size() < other.size();
    }
    return isNumber(one) == isNumber(other) ? one < other : isNumber(one);
}

SettingNode settingTree(const SettingValues& values) {
    SettingNode root;
    for (const auto& [key, value] : values) {
        SettingNode* node = &root;
        for (std::size_t at = 0; at <= key.size();) {
            const auto end = std::min(key.find('.', at), key.size());
            node = &node->parts[key.substr(at, end - at)];
            at = end + 1;
        }
        node->value = &value;
    }
    return root;
}

bool isNumbered(const SettingNode& node) {
    std::size_t expected = 0;
    return std::ranges::all_of(node.parts, [&](const auto& part) { return part.first == std::to_string(expected++); });
}

}  // namespace aip::admission
