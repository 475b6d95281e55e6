#pragma once

#include "app/front.h"
#include "app/standard_streams.h"
#include "execution/dispatcher.h"
#include "mcp_server/line_server.h"

#include <future>

namespace aip::app {

/// --mcp: an MCP client at standard input and output. What is passed by reference outlives it.
class LineFront final : public Front {
  public:
    LineFront(const Settings& settings, execution::Dispatcher& dispatcher, StandardStreams streams);

    /// The client is served from here on. Without threads or descriptors for that: retriesExhausted.
    End run() override;
    void stop() override;
    void reload(const Settings& /*settings*/) override {}
    void toolsChanged() override;

  private:
    void serve();

    mcp_server::LineServerSettings _settings;
    execution::Dispatcher& _dispatcher;
    mcp_server::OfferedTools _offered;
    StandardStreams _streams;
    base::Guarded<std::shared_ptr<mcp_server::LineServer>> _server;
    std::promise<void> _ended;
    std::atomic<bool> _stopping{false};
};

}  // namespace aip::app
