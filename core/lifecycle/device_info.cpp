#include "lifecycle/device_info.h"

#include "base/json_members.h"
#include "base/json_text.h"

#include <algorithm>

namespace aip::lifecycle {
namespace {

constexpr std::string_view featuresKey = "supported_features";
constexpr std::string_view customKey = "custom_metadata";

/// In the reference's order; other keys follow.
constexpr std::string_view orderedKeys[] = {"device_id",       "platform",       "os_version", "cpu_count",
                                            "memory_total_gb", "hostname",       "ip_address", featuresKey,
                                            "platform_type",   "schema_version", customKey};

std::ptrdiff_t rank(std::string_view key) {
    return std::ranges::find(orderedKeys, key) - std::begin(orderedKeys);
}

template <typename Members>
auto find(Members& members, std::string_view key) {
    return std::ranges::find(members, key, [](const auto& member) { return std::string_view(member.first); });
}

template <typename Members>
std::string object(const Members& members) {
    std::string out = "{";
    for (const auto& [key, value] : members) {
        out += (out.size() == 1 ? "" : ",") + base::jsonString(key) + ":" + value;
    }
    return out + "}";
}

std::string list(const std::vector<std::string_view>& entries) {
    std::string out = "[";
    for (const auto entry : entries) {
        out += out.size() == 1 ? "" : ",";
        out += entry;
    }
    return out + "]";
}

std::string quoted(std::string_view text) {
    return base::jsonString(base::repairUtf8(text));
}

}  // namespace

DeviceInfo::DeviceInfo(std::string_view clientId, std::string_view ipAddress,
                       const std::map<std::string, std::string>& customMetadata) {
    _members.emplace_back("device_id", quoted(clientId));
    if (!ipAddress.empty()) {
        _members.emplace_back("ip_address", quoted(ipAddress));
    }
    for (const auto& [key, value] : customMetadata) {
        _custom.emplace_back(base::repairUtf8(key), quoted(value));
    }
}

base::Result<void> DeviceInfo::add(std::string_view section) {
    if (section.size() > maxSectionSize) {
        return base::Error(base::Code::exhausted, "it has " + std::to_string(section.size()) + " bytes; the limit is " +
                                                      std::to_string(maxSectionSize));
    }
    const auto members = base::jsonMembers(section, maxSectionDepth);
    if (!members) {
        return members.error();
    }
    for (const auto& [key, value] : *members) {
        if (key == featuresKey && value.starts_with('[')) {
            addFeatures(value);
        } else if (key == customKey) {
            addCustom(value);
        } else {
            addMissing(_members, key, value);
        }
    }
    return {};
}

void DeviceInfo::addMissing(Members& members, const std::string& key, std::string_view value) {
    if (find(members, key) == members.end()) {
        members.emplace_back(key, value);
    }
}

void DeviceInfo::addFeatures(std::string_view array) {
    const auto known = find(_members, featuresKey);
    if (known == _members.end()) {
        _members.emplace_back(featuresKey, array);
    } else if (known->second.starts_with('[')) {
        auto entries = base::jsonEntries(known->second);
        const auto more = base::jsonEntries(array);
        entries.insert(entries.end(), more.begin(), more.end());
        known->second = list(entries);
    }
}

void DeviceInfo::addCustom(std::string_view text) {
    if (const auto members = base::jsonMembers(text, maxSectionDepth)) {
        for (const auto& [key, value] : *members) {
            addMissing(_custom, key, value);
        }
    }
}

std::string DeviceInfo::json() const {
    Members sorted = _members;
    sorted.emplace_back(customKey, object(_custom));
    std::ranges::stable_sort(sorted, {}, [](const auto& member) { return rank(member.first); });
    return object(sorted);
}

}  // namespace aip::lifecycle
