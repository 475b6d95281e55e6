#pragma once

#include "base/byte_budget.h"
#include "base/descriptor.h"
#include "mcp_server/asked_lines.h"
#include "mcp_server/client_door.h"
#include "mcp_server/line_queue.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace aip::mcp_server {

struct LineServerSettings {
    mcp::ServerInfo info;
    std::string session = "stdio";  ///< tells its calls from those of others
    std::string peer{};             ///< who the client is, for the audit
    ClientLimits limits{};
    std::size_t longestLine = 100UL << 20U;   ///< bytes of a message
    std::size_t longestQueue = 256UL << 20U;  ///< bytes that wait to be written; from half on reading waits
    /// Of what clients ask until nobody needs it any more, by all together, as AskedLines counts it: beyond, a client
    /// is left. If nothing else is said there are no others.
    std::shared_ptr<base::ByteBudget> asked =
        std::make_shared<base::ByteBudget>(std::numeric_limits<std::size_t>::max());
    std::chrono::milliseconds drain{10'000};  ///< for calls that run when the client has closed its end
    /// A client that takes no byte of an answer for so long is left, and one whose line has a share for so long, and a
    /// second for each MiB, but no end: they stand in the way of others. None: it is the only one.
    std::optional<std::chrono::milliseconds> patience{};
};

/// Serves one MCP client over two descriptors, of pipes or a socket, one line for each message: MCP's stdio transport.
///
/// Two threads of its own, one reads, one writes; results come from any thread. When the client closes its end, running
/// calls may end within the drain time, then they are cancelled; when their answers are written, `ended` is called.
/// What fails on one of these threads, as for want of memory, is as if the client had closed its end.
class LineServer {
  public:
    /// `ended` is called once, on the reading thread. Throws std::system_error without threads or descriptors.
    LineServer(execution::Dispatcher& dispatcher, OfferedTools& offered, LineServerSettings settings,
               base::Descriptor in, base::Descriptor out, std::function<void()> ended);
    /// As stop(), then waits for the end.
    ~LineServer();
    LineServer(const LineServer&) = delete;
    LineServer& operator=(const LineServer&) = delete;

    /// To be called when there may be other tools. Any thread.
    void toolsChanged() { _door.toolsChanged(); }

    /// As if the client had closed its end, but calls are cancelled at once. Does not block. Any thread.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    using TimeLimit = std::optional<Clock::time_point>;

    void read();
    void readLines();
    TimeLimit endOf(const AskedLines& lines, TimeLimit begun) const;
    bool readSome(std::string& buffer, TimeLimit limit);
    void drain();
    void write();
    void writeLines();
    bool writeAll(std::string_view line);

    const LineServerSettings _settings;
    const base::Descriptor _in;
    const base::Descriptor _out;
    base::Descriptor _wake;  ///< readable once it is to stop
    base::Descriptor _stopper;
    const std::function<void()> _ended;
    std::atomic<bool> _stopping{false};
    LineQueue _queue;
    ClientDoor _door;
    std::thread _writer;
    std::thread _reader;
};

}  // namespace aip::mcp_server
