#pragma once

#include "device.h"
#include "link_bench.h"
#include "process.h"

#include <chrono>
#include <memory>
#include <string>

namespace aip::bench {

/// One client under measurement, started and registered.
class Contestant {
  public:
    using Clock = std::chrono::steady_clock;

    /// An agent, with its defaults but for where its plugin runs and `more`: lines of its configuration.
    static Contestant agent(const LinkOptions& options, Client client, const std::string& more = {});
    static Contestant floor(const LinkOptions& options, Client client);
    /// Any of them.
    static Contestant make(const LinkOptions& options, Client client);

    Device& device() { return *_device; }
    const Process& process() const { return *_process; }

    /// From before the process was made until its registration was acknowledged.
    double startMs() const { return _startMs; }

  private:
    Contestant(const LinkOptions& options, std::unique_ptr<TemporaryFolder> folder, const Listener& listener,
               const std::vector<std::string>& words);

    std::unique_ptr<TemporaryFolder> _folder;
    std::unique_ptr<Process> _process;
    std::unique_ptr<Device> _device;
    double _startMs = 0;
};

/// The time since `begin`.
double millisecondsSince(Contestant::Clock::time_point begin);

}  // namespace aip::bench
