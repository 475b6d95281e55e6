#pragma once

#include "base/descriptor.h"
#include "base/guarded.h"
#include "execution/dispatcher.h"
#include "mcp_server/line_server.h"

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace aip::app {

/// MCP clients that come to the running agent over the operator's socket, each with a connection of its own. Any
/// thread.
class LineClients {
  public:
    /// What is passed by reference outlives it.
    LineClients(execution::Dispatcher& dispatcher, mcp_server::OfferedTools& offered,
                mcp_server::LineServerSettings settings)
        : _dispatcher(dispatcher), _offered(offered), _settings(ofMany(std::move(settings))) {}

    /// Serves one until it has closed its end, stop() was called, or `stopping()`, which is asked a few times a second.
    /// Blocks. `peer`: who it is, for the audit; with it, its calls are told from those of others. Throws
    /// std::system_error without threads or descriptors.
    void serve(base::Descriptor in, base::Descriptor out, const std::string& peer,
               const std::function<bool()>& stopping);

    /// There may be other tools.
    void toolsChanged();

    /// Cancels all calls and serves nobody any more. Returns when the last client has left, or after a time limit.
    void stop();

  private:
    using ServerPtr = std::shared_ptr<mcp_server::LineServer>;

    struct State {
        std::list<ServerPtr> servers;
        bool stopped = false;
    };

    static mcp_server::LineServerSettings ofMany(mcp_server::LineServerSettings settings);
    std::list<ServerPtr> servers() const;

    execution::Dispatcher& _dispatcher;
    mcp_server::OfferedTools& _offered;
    const mcp_server::LineServerSettings _settings;
    base::Guarded<State> _state;
};

}  // namespace aip::app
