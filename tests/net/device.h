#pragma once

#include "tests/support/agent_harness.h"
#include "transport/websocket_channel.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace aip::tests {

struct DeviceSettings {
    lifecycle::SessionSettings session;
    transport::ChannelSettings channel;
    execution::DispatcherSettings dispatcher;
    base::Backoff::Random random;
    Slots describers{};
    std::chrono::milliseconds collectTimeout = std::chrono::seconds(20);  ///< for these
    std::string platform = "linux";
};

/// For a test that waits for time-outs, none of which comes by itself within a test: those that are to come are set
/// by the test. A wait between two attempts is 20, 40, ... ms.
DeviceSettings patientSettings();

/// The agent from its session down to the socket, everything real but the plugin, which has the tools of the AIP
/// namespace BashExecutor:
///   noop            gives true
///   wait {"ms"}     until it is cancelled, or so long
///   blob {"size"}   gives a string of so many bytes
class Device {
  public:
    Device(const std::string& url, DeviceSettings settings);

    lifecycle::Session& session() { return _agent->session; }

    /// How run() ended; throws if it does not end within the limit of the tests.
    lifecycle::Session::End ended();

    /// How often the plugin was asked to execute the call with this call_id of the server.
    int executions(const std::string& callId) const;
    /// Blocks until it has been asked to; throws after the limit of the tests.
    void waitExecuted(const std::string& callId) const;
    /// The call_ids that were executed more than once, and how often.
    std::map<std::string, int> executedTwice() const;

  private:
    hosting::Outcome execute(hosting::Call& call);

    mutable std::mutex _mutex;
    mutable std::condition_variable _executed;
    std::map<std::string, int> _executions;

    base::SystemClock _clock;
    std::unique_ptr<transport::Channel> _channel;
    std::optional<AgentHarness> _agent;
};

/// A COMMAND of one action; its call_id and its response_id are `id`.
std::string command(const std::string& tool, const std::string& id, const std::string& parameters = "{}",
                    const std::string& session = "s1");

}  // namespace aip::tests
