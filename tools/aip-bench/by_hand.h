#pragma once

#include "base/descriptor.h"

#include <functional>
#include <string>
#include <vector>

namespace aip::bench {

// What a call of a plugin that is a program cannot do without, with nothing of ours around it. All throw
// std::system_error.

using Command = std::vector<std::string>;

/// Starts a program with nothing to read, reads its output to the end, and waits for it.
void runByHand(const Command& command);

/// A program that answers each line; it ends with this object.
class PipePeer {
  public:
    explicit PipePeer(const Command& command);
    ~PipePeer();
    PipePeer(const PipePeer&) = delete;
    PipePeer& operator=(const PipePeer&) = delete;

    /// Sends a line and waits for the line that answers it.
    void roundTrip(const std::string& line) const;

  private:
    base::Descriptor _in;
    base::Descriptor _out;
    int _process = -1;
};

double microseconds(const std::function<void()>& action);

}  // namespace aip::bench
