#include "lifecycle/device_info.h"

#include "base/json_members.h"
#include "base/json_text.h"

#include <algorithm>
#include <utility>

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
std::string object(const Members& members) {
    std::string out = "{";
    for (const auto& [key, value] : members) {
        out += (out.size() == 1 ? "" : ",") + base::jsonString(key) + ":" + value;
    }
    return out + "}";
}

/// Adds entries to the text of an array without reading those that it has.
void appendEntries(std::string& array, const std::vector<std::string_view>& entries) {
    if (entries.empty()) {
        return;
    }
    array.pop_back();
    bool first = array.find_last_not_of(" \t\r\n") == 0;  // the other bracket
    for (const auto entry : entries) {
        array += std::exchange(first, false) ? "" : ",";
        array += entry;
    }
    array += ']';
}

std::string repairedString(std::string_view text) {
    return base::jsonString(base::repairUtf8(text));
}

}  // namespace

DeviceInfo::DeviceInfo(std::string_view clientId, std::string_view ipAddress,
                       const std::map<std::string, std::string>& customMetadata) {
    _members.add("device_id", repairedString(clientId));
    if (!ipAddress.empty()) {
        _members.add("ip_address", repairedString(ipAddress));
    }
    for (const auto& [key, value] : customMetadata) {
        _custom.add(base::repairUtf8(key), repairedString(value));
    }
}

base::Result<void> DeviceInfo::add(std::string_view section) {
    if (section.size() > maxSectionSize) {
        return base::Error(base::Code::exhausted, "it has more than " + std::to_string(maxSectionSize) + " bytes");
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
            _members.add(key, value);
        }
    }
    return {};
}

void DeviceInfo::Members::add(const std::string& key, std::string_view value) {
    if (find(key) == nullptr) {
        _list.emplace_back(key, value);
        _places.emplace(key, _list.size() - 1);
    }
}

std::string* DeviceInfo::Members::find(const std::string& key) {
    const auto place = _places.find(key);
    return place == _places.end() ? nullptr : &_list[place->second].second;
}

void DeviceInfo::addFeatures(std::string_view array) {
    std::string* known = _members.find(std::string(featuresKey));
    if (known == nullptr) {
        _members.add(std::string(featuresKey), array);
    } else if (known->starts_with('[')) {
        appendEntries(*known, base::jsonEntries(array));
    }
}

void DeviceInfo::addCustom(std::string_view text) {
    if (const auto members = base::jsonMembers(text, maxSectionDepth)) {
        for (const auto& [key, value] : *members) {
            _custom.add(key, value);
        }
    }
}

std::string DeviceInfo::json() const {
    Members::List sorted = _members.list();
    sorted.emplace_back(customKey, object(_custom.list()));
    std::ranges::stable_sort(sorted, {}, [](const auto& member) { return rank(member.first); });
    return object(sorted);
}

}  // namespace aip::lifecycle
