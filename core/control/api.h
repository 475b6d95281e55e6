#pragma once

#include "base/byte_budget.h"
#include "base/json_object.h"
#include "control/operator.h"
#include "control/request.h"
#include "execution/dispatcher.h"
#include "execution/operator_lock.h"
#include "execution/plugin_manager.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace aip::control {

/// What the answers are made of. All of it outlives the Api.
struct ApiParts {
    Operator& agent;
    execution::Dispatcher& dispatcher;
    execution::OperatorLock& lock;
    const execution::PluginManager& plugins;
    const base::Clock& clock;
    std::size_t longestAnswer;  ///< bytes of a result for an operator
    std::shared_ptr<base::ByteBudget> results = std::make_shared<base::ByteBudget>(256UL << 20U);  ///< as ResultLimits
};

/// The interface for operators, version 1: see control/README.md. Any thread, several at the same time. Every request
/// that changes something is in the log and in the audit, with its peer.
class Api {
  public:
    explicit Api(ApiParts parts) : _parts(parts) {}

    /// `gone`: the peer does not wait any more, or the agent stops. Blocks while a tool runs for the peer.
    Reply answer(Request request, const std::function<bool()>& gone);

    /// Answers a request that finds no free worker. Like answer() it logs and audits the request, and it counts it.
    /// Does not block.
    Reply refuse(Request request, const base::Error& why);
    /// How many requests have been refused so.
    std::uint64_t refused() const { return _refused; }

    /// The path whose answer is a stream: a line with the calls in flight twice a second while there are some, and one
    /// when there are none any more.
    static constexpr std::string_view watchPath = "/v1/watch";
    std::string calls() const;

    /// The path whose connection becomes one of an MCP client, by an Upgrade to this protocol.
    static constexpr std::string_view mcpPath = "/v1/mcp";
    static constexpr std::string_view mcpProtocol = "mcp-lines";
    void serveMcp(base::Descriptor in, base::Descriptor out, const Peer& peer, const std::function<bool()>& stopping);

  private:
    struct Route;

    static const Route routes[];

    static const Route* find(const Request& request);
    static base::Result<const Route*> routeOf(const Request& request);
    void tell(const std::string& path, const std::string& peer, base::JsonObject event, int status);
    Reply status() const;
    std::string pluginList() const;
    Reply tools(const Request& request) const;
    Reply cancel(const Request& request);
    Reply lock(const Request& request);
    std::size_t wedgedCalls() const;
    Reply unlock();
    Reply reload(const std::function<bool()>& gone);
    Reply plugin(const Request& request, base::Result<void> (Operator::*action)(const std::string&));

    const ApiParts _parts;
    std::atomic<std::uint64_t> _refused{0};
};

}  // namespace aip::control
