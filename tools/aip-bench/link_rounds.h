#pragma once

#include "contestant.h"
#include "figures.h"
#include "link_bench.h"

#include <chrono>
#include <cstddef>
#include <vector>

namespace aip::bench {

/// Measures one client in one round. All clients of a round exist side by side and are measured in turns, so that what
/// else the machine does hits all of them.
class Runner {
  public:
    static constexpr unsigned blocks = 4;  ///< of single commands per round, the clients taking turns

    Runner(const LinkOptions& options, Client client);

    Client client() const { return _client; }

    void warmUp();
    /// After warmUp(): the plugin is there.
    void measureIdle();
    void singles();
    void paced();
    void batches();
    /// Sends `message`; its answer has at least `size` bytes.
    void transfer(Key key, Command& message, std::size_t size);
    /// Of one more such call.
    void measurePeak(Command& message, std::size_t size);

    Figures figures();
    double singleP90() const { return quantile(_singlesMs, 0.9); }

  private:
    Device& device() { return _contestant.device(); }
    unsigned share(unsigned count) const;
    double callMs(Command& command, std::size_t size);

    Contestant _contestant;
    const LinkOptions& _options;
    const Client _client;
    const bool _slow;  ///< a few of everything are enough, and take long
    Command _noop{"noop", "{}"};
    Command _batch;
    Figures _figures;
    std::vector<double> _singlesMs;
    std::vector<double> _pacedMs;
    std::chrono::nanoseconds _singlesTime{};
};

}  // namespace aip::bench
