#pragma once

#include "base/error.h"
#include "execution/caller.h"
#include "execution/offer.h"
#include "execution/tool_table.h"

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
    base::Result<const Offer*> profile(std::string_view agentName, std::string_view rootName) const;

    /// The profile that the caller names, which may be everyNamespace, else the one of its agent and root. NOT_FOUND.
    base::Result<const Offer*> offerFor(const Caller& caller) const;

    /// The tool that a profile offers under that name. Without a tool_type the name is looked up as action, then as
    /// data_collection. A namespace chooses one of several. NOT_FOUND names the tool and the most similar known one, if
    /// any.
    base::Result<std::shared_ptr<const Tool>> route(const Offer& offer, std::optional<std::string_view> toolType,
                                                    std::string_view toolName, std::string_view nameSpace = {}) const;

    const ToolTable& tools() const { return _tools; }
    const std::vector<Offer>& offers() const { return _offers; }

    /// "action::execute_command", ...: what any profile offers; sorted, without duplicates.
    std::vector<std::string> capabilities() const;

  private:
    base::Result<const Offer*> named(std::string_view profile) const;
    const Offer* find(std::string_view agentName, std::string_view rootName) const;
    std::string whyNotOffered(const Offer& offer, std::string_view type, std::string_view name) const;

    ToolTable _tools;
    std::vector<Offer> _offers;
    Offer _everything;  ///< for doors without a profile
};

}  // namespace aip::execution
