#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tests {

using Lines = std::vector<std::string>;

/// What the session of this process does, in its order, read from its log. One line each for
///   a row of the state table    "listening --closed--> waiting"
///   a message that it sends     "-> command_results"
///   the end of a connection     "lost 1006": cause and close code
///   a wait                      "wait 20": ms until the next attempt
class Trace {
  public:
    Trace();
    ~Trace();
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

    Lines lines() const;

    /// Blocks until there is such a line; throws after the limit of the tests.
    void waitFor(const std::string& line) const;
    /// The same; false once the time is over.
    bool waitFor(const std::string& line, std::chrono::milliseconds time) const;

  private:
    void record(std::string_view logged);

    mutable std::mutex _mutex;
    mutable std::condition_variable _changed;
    Lines _lines;
};

}  // namespace aip::tests
