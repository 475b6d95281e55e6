#pragma once

#include "base/guarded.h"
#include "http/exchange.h"
#include "mcp/outgoing.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aip::runner {

/// What is open with one server: the threads that talk to it, their exchanges, and the session. Any thread. Must be
/// stopped before it is destroyed.
class HttpTraffic {
  public:
    using ExchangePtr = std::shared_ptr<http::Exchange>;

    /// Threads that answer what the server asks. It can ask as fast as it likes, and leave the answers unread.
    static constexpr std::size_t mostAnswering = 8;
    static constexpr std::chrono::seconds noteSilence{30};

    explicit HttpTraffic(http::Target target) : _target(std::move(target)) {}

    /// Does not block: a thread of its own does the job. False if the system has no thread, or all is stopped.
    bool run(std::function<void()> job);
    /// The same for answers to the server; false also if mostAnswering are under way.
    bool runAnswer(std::function<void()> job);

    /// An exchange for the request, in the place of the one before. Null if all is stopped.
    ExchangePtr open(mcp::RequestId request);
    void close(mcp::RequestId request);
    /// Cancels what is open for the request, a pause too.
    void cancel(mcp::RequestId request);

    /// The same for a message that is not answered: the server has `noteSilence` to take it.
    ExchangePtr openNote();
    /// The same for a stream that may last for ever.
    ExchangePtr openStream();

    /// Blocks so long. False if all is stopped.
    bool pause(std::chrono::milliseconds time);
    /// The same between two exchanges of a request that is open; false also if it is cancelled.
    bool pause(mcp::RequestId request, std::chrono::milliseconds time);
    bool stopping() const;
    /// Cancels all exchanges; nothing new begins.
    void stop();
    /// Blocks until all jobs have ended; after stop().
    void awaitJobs();

    /// Mcp-Session-Id; empty: none.
    std::string session() const;
    void setSession(const std::string& session);

  private:
    struct State {
        std::map<mcp::RequestId, ExchangePtr> requests;  ///< null: cancelled
        std::vector<std::weak_ptr<http::Exchange>> others;
        std::string session;
        std::size_t threads = 0;
        std::size_t answering = 0;  ///< of these
        bool stopping = false;
    };

    ExchangePtr openOther(http::Target target);

    const http::Target _target;
    base::Guarded<State> _state;
};

}  // namespace aip::runner
