#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace aip::tool {

/// How long things took.
class Timings {
  public:
    void add(std::chrono::nanoseconds time) { _times.push_back(time); }
    std::size_t count() const { return _times.size(); }
    /// The time that `share` (0 to 1) of them did not exceed; 0 without any.
    std::chrono::nanoseconds quantile(double share) const;
    /// "p50 12.3 us, p99 40.1 us, max 1.2 ms"
    std::string summary() const;

  private:
    std::vector<std::chrono::nanoseconds> _times;
};

/// "12.3 us", "1.2 ms", "3.4 s"
std::string shown(std::chrono::nanoseconds time);

}  // namespace aip::tool
