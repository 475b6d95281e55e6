#pragma once

#include "base/error.h"
#include "connection.h"
#include "messages.h"
#include "scenario.h"

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace aip::server {

/// A device that has registered. Never changes.
struct Device {
    std::string clientId;
    std::string clientType;
    std::string platform;
    std::string connectedAt;
    std::string metadata;    ///< raw JSON as it registered, or null
    std::string systemInfo;  ///< raw JSON: metadata's system_info, or null
    std::shared_ptr<Connection> connection;
};

using DevicePtr = std::shared_ptr<const Device>;

/// One COMMAND to one device.
struct Batch {
    DevicePtr device;
    std::string sessionId;
    std::string agentName;
    std::string rootName;
    std::optional<std::string> taskName;
    std::vector<Command> commands;  ///< each with its call_id
    std::chrono::milliseconds timeout;
};

/// What came back.
struct Answer {
    std::string responseId;
    std::string results;  ///< raw JSON: an array of results, or null
};

/// Who is online, and which COMMAND waits for its results. Any thread; never sends under its lock.
class Hub {
  public:
    /// Takes the client id. False if a connection holds it.
    bool reserve(const DevicePtr& device);
    /// The registration was answered: from now on the device can be found.
    void setOnline(const DevicePtr& device);
    /// Frees the id, and ends what waits for this device's answers.
    void remove(const DevicePtr& device);

    std::vector<std::string> onlineClients() const;
    /// Null if there is no such device online.
    DevicePtr find(const std::string& clientId) const;

    /// Sends the COMMAND and waits. DEADLINE: no answer in time; UNAVAILABLE: the device is lost, or the server stops.
    base::Result<Answer> run(const Batch& batch);

    /// Results from `device`. Those that nobody waits for, or that this device does not owe, are dropped (false).
    bool deliver(const DevicePtr& device, ClientMessage& message);

    /// Ends every wait, now and from now on.
    void stop();

  private:
    using Outcome = base::Result<Answer>;

    struct Entry {
        DevicePtr device;
        bool online = false;
    };

    struct Waiting {
        DevicePtr device;
        std::string sessionId;
        std::promise<Outcome> outcome;
    };

    base::Result<std::future<Outcome>> enlist(const std::string& responseId, const Batch& batch);
    Outcome abandon(const std::string& responseId, std::future<Outcome>& outcome, const base::Error& error);
    void endWaits(const std::function<bool(const Waiting&)>& concerned, const base::Error& error);

    mutable std::mutex _mutex;
    std::map<std::string, Entry, std::less<>> _clients;
    std::map<std::string, Waiting, std::less<>> _waiting;  ///< by response id
    bool _stopped = false;
};

}  // namespace aip::server
