#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace aip::bench {

/// Memory of all processes of a tree, MiB. NaN: the system does not show it.
struct TreeMemory {
    double resident = 0;      ///< the sum of what each has resident: pages that several use count for each of them
    double proportional = 0;  ///< pages that several use count once in all; anonymous shared memory counts once, mapped
                              ///< or not, as long as one of them has it open
    double own = 0;           ///< pages that no other process has
};

/// A process, and those below it, as they are when this is made.
class ProcessTree {
  public:
    explicit ProcessTree(int root);

    /// User and system time of all, and of what each has started and waited for (that in steps of 10 ms).
    std::chrono::nanoseconds processorTime() const;

    /// How often their threads went to sleep and were woken since they began.
    std::uint64_t wakeUps() const;

    TreeMemory memory() const;

  private:
    std::vector<int> _processes;
};

/// The most memory that a process and those below it have, looked at every millisecond while this exists.
class PeakWatch {
  public:
    explicit PeakWatch(int root);
    ~PeakWatch() { mib(); }
    PeakWatch(const PeakWatch&) = delete;
    PeakWatch& operator=(const PeakWatch&) = delete;

    /// TreeMemory::proportional at its highest. Ends the watch.
    double mib();

  private:
    std::atomic<bool> _over{false};
    double _highest = 0;
    std::thread _thread;
};

}  // namespace aip::bench
