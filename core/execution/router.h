#pragma once

#include "base/error.h"
#include "execution/profile.h"
#include "execution/tool_table.h"
#include "protocol/messages.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

/// Finds the plugin for an action: (agent_name, root_name) -> profile -> (tool_type, tool_name) -> tool. Immutable.
class Router {
  public:
    Router(std::vector<Profile> profiles, ToolTable tools);

    /// The profile of agent and root, else of agent and "default", else the same for agent "*". NOT_FOUND names the
    /// configured agents.
    base::Result<const Profile*> profile(std::string_view agentName, std::string_view rootName) const;

    /// The tool within a profile. Without a tool_type the name is looked up as action, then as data_collection.
    /// NOT_FOUND names the tool and the most similar known one, if any.
    base::Result<std::shared_ptr<const Tool>> route(const Profile& profile, protocol::OptionalText toolType,
                                                    std::string_view toolName) const;

    const ToolTable& tools() const { return _tools; }

  private:
    const Profile* find(std::string_view agentName, std::string_view rootName) const;
    std::vector<std::string> keysOf(const Profile& profile) const;

    std::vector<Profile> _profiles;
    ToolTable _tools;
};

}  // namespace aip::execution
