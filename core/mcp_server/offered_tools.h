#pragma once

#include "base/guarded.h"
#include "execution/live_router.h"
#include "mcp/tool_list.h"
#include "mcp/tool_names.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace aip::mcp_server {

/// The tools of a profile as MCP clients see them. Any thread.
class OfferedTools {
  public:
    /// What is offered at one moment. Immutable. Holds no plugin.
    struct Tools {
        mcp::ToolList list;
        std::map<std::string, mcp::ToolKey, std::less<>> keys;  ///< our names, by those of the list
    };

    /// `router` outlives it. `profile`: as execution::Caller::profile.
    OfferedTools(const execution::LiveRouter& router, std::string profile)
        : _router(router), _profile(std::move(profile)) {}

    /// Those of now; none if there is no such profile.
    std::shared_ptr<const Tools> current();

    const std::string& profile() const { return _profile; }

  private:
    struct State {
        std::weak_ptr<const execution::Router> of;
        std::shared_ptr<const Tools> tools;
        mcp::ToolNames names;
    };

    std::shared_ptr<const Tools> build(const execution::Router& router, mcp::ToolNames& names) const;

    const execution::LiveRouter& _router;
    const std::string _profile;
    base::Guarded<State> _state;
};

}  // namespace aip::mcp_server
