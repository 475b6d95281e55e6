#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

inline constexpr std::string_view actionType = "action";
inline constexpr std::string_view dataCollectionType = "data_collection";
inline constexpr std::string_view defaultRoot = "default";
inline constexpr std::string_view anyAgent = "*";
/// The name of a profile that always exists and offers everything. No section has this name.
inline constexpr std::string_view everyNamespace = "*";

inline bool isToolType(std::string_view type) {
    return type == actionType || type == dataCollectionType;
}

/// The namespaces that one agent of the server is offered under one root, in the order in which they are listed.
struct Profile {
    std::string agent;                         ///< agent_name of a COMMAND; "*": any agent without its own profile
    std::string root{defaultRoot};             ///< root_name; "default": any root without its own profile
    std::vector<std::string> actions;          ///< namespaces offered as tool_type action
    std::vector<std::string> dataCollections;  ///< namespaces offered as tool_type data_collection
    bool everything = false;                   ///< offers all namespaces there are, in the order of admission
    std::string name{};                        ///< of its section, for texts

    const std::vector<std::string>& namespaces(std::string_view toolType) const {
        return toolType == dataCollectionType ? dataCollections : actions;
    }
};

}  // namespace aip::execution
