#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

inline constexpr std::string_view actionType = "action";
inline constexpr std::string_view dataCollectionType = "data_collection";
inline constexpr std::string_view defaultRoot = "default";
inline constexpr std::string_view anyAgent = "*";

inline bool isToolType(std::string_view type) {
    return type == actionType || type == dataCollectionType;
}

/// What one agent of the server gets to see under one root: namespaces, in order of preference.
struct Profile {
    std::string agent;                         ///< agent_name of a COMMAND; "*": any that has none of its own
    std::string root{defaultRoot};             ///< root_name; "default" answers for every root without an own one
    std::vector<std::string> actions;          ///< namespaces offered as tool_type action
    std::vector<std::string> dataCollections;  ///< namespaces offered as tool_type data_collection
    bool everything = false;                   ///< offers all namespaces there are, in the order of admission

    const std::vector<std::string>& namespaces(std::string_view toolType) const {
        return toolType == dataCollectionType ? dataCollections : actions;
    }
};

}  // namespace aip::execution
