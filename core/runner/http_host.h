#pragma once

#include "base/guarded.h"
#include "hosting/server_spec.h"
#include "http/exchange.h"
#include "runner/hosted.h"
#include "runner/http_traffic.h"
#include "runner/tool_session.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::runner {

/// An MCP server that is reached by Streamable HTTP. Each open request has a thread of its own, which blocks, and is
/// cancelled by closing its connection. When the server forgets its session, another one is made. A request that the
/// server does not answer fails; nothing that may have been executed is sent again.
class HttpHost final : public Hosted {
  public:
    /// Blocks until the server has listed its tools.
    static base::Result<std::unique_ptr<Hosted>, hosting::Refusal> start(const hosting::ServerSpec& server,
                                                                         ToolSessionSettings settings,
                                                                         const HostedWiring& wiring);

    /// Cancels all requests, waits for their threads, and ends the session.
    ~HttpHost() override;

    base::Result<std::string> listTools() const override;
    void invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) override;
    void cancel(std::string_view callId) override;

  private:
    using Messages = std::vector<mcp::Outgoing>;
    using ExchangePtr = HttpTraffic::ExchangePtr;

    /// How one exchange ended.
    struct Ended {
        bool forgotten = false;  ///< the server does not know the session
        std::string why;         ///< it may not have been answered, because of this
    };
    /// Of the thread that listens for changes.
    struct Listening {
        std::chrono::milliseconds wait{0};  ///< before the next attempt
        bool again = false;                 ///< there was an attempt before
        std::string renewed;                ///< the session that was made because of a 404
    };

    HttpHost(const hosting::ServerSpec& server, http::Target target, ToolSessionSettings settings,
             const HostedWiring& wiring);

    template <typename Use>
    Messages apply(Use&& use);
    void dispatch(Messages messages);
    void deliver(const Messages& messages);
    void deliver(const mcp::Outgoing& message);
    void carryOn(Messages messages);
    void note(const mcp::Outgoing& message, const Ended& ended) const;
    ExchangePtr openFor(mcp::RequestId request);
    Ended exchange(const mcp::Outgoing& message, const std::string& session);
    Ended readAnswer(const ExchangePtr& exchange, const http::ResponseHead& head, const mcp::Outgoing& message);
    std::optional<std::string> readBody(const ExchangePtr& exchange) const;
    Ended readEvents(const ExchangePtr& exchange, std::string& lastId, std::chrono::milliseconds& retry);
    Ended resume(const mcp::Outgoing& message, std::string lastId, std::chrono::milliseconds retry, Ended before);
    void renewSession(const std::string& forgotten);
    void listenForChanges();
    bool listenOnce(Listening& listening);
    void hear(const ExchangePtr& exchange, Listening& listening);
    void keepTime();
    bool isOpen(mcp::RequestId request) const;
    http::Headers headersFor(const mcp::Outgoing& message, const std::string& session) const;
    void endSession();

    const hosting::ServerSpec _server;
    const http::Target _target;
    const std::size_t _longest;  ///< bytes of a message
    const hosting::LogSink _log;
    const std::optional<hosting::ArtifactPort> _files;
    const std::function<void()> _toolsChanged;
    base::Guarded<ToolSession> _tools;
    std::atomic<bool> _over{false};  ///< changes with the mutex of _tools held
    HttpTraffic _traffic;
    std::mutex _renewing;
};

}  // namespace aip::runner
