#pragma once

#include "hub.h"
#include "scenario.h"

#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace aip::server {

/// The tasks: sent to a device on request, played through when the device takes them up, and their results. Any thread.
class Tasks {
  public:
    /// How many results are kept; the oldest goes first.
    static constexpr std::size_t keptResults = 256;

    struct Dispatched {
        std::string taskName;
        std::string sessionId;
    };

    Tasks(Hub& hub, Scenario scenario) : _hub(hub), _scenario(std::move(scenario)) {}

    /// Sends a TASK. NOT_FOUND: the client is not online.
    base::Result<Dispatched> dispatch(const std::string& clientId, const std::string& request,
                                      std::optional<std::string> taskName);

    /// A TASK from the device: acknowledged, then the scenario is played on a thread of its own.
    void start(const DevicePtr& device, const ClientMessage& message);

    /// Raw JSON; nothing while the task is pending, or if it is unknown.
    std::optional<std::string> result(const std::string& taskName) const;

    /// The device is gone: what was sent to it and not taken up has failed.
    void abandon(const DevicePtr& device);

    /// Waits for the threads; Hub::stop() makes them end.
    void join();

  private:
    struct Playing {
        DevicePtr device;
        std::string sessionId;
        std::string taskName;
        std::string request;
    };

    void play(const Playing& task);
    void finish(const std::string& taskName, std::string result);

    Hub& _hub;
    const Scenario _scenario;
    mutable std::mutex _mutex;
    std::map<std::string, DevicePtr> _dispatched;  ///< by task name: sent, not taken up
    std::map<std::string, std::string> _results;   ///< by task name
    std::deque<std::string> _finished;             ///< the names in _results, oldest first
    std::vector<std::future<void>> _threads;
};

}  // namespace aip::server
