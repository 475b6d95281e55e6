#pragma once

#include "app/finding.h"
#include "app/settings.h"
#include "link/measures.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace aip::app {

/// What is wrong with this machine for an agent with these settings: who may change the files and folders that decide,
/// what is left of space and descriptors, whether plugins may take all processes, what the system offers to keep
/// plugins apart. Changes nothing. `granted`: by this machine to the process of a plugin. Blocks on files.
Findings checkMachine(const Settings& settings, link::Measures granted);

/// Checks that may block on files, each within a limit: if a file system does not answer, that is found. One at a time,
/// and none while the thread of an earlier one still waits for its file system: there is never more than one. Any
/// thread.
class TimedChecks {
  public:
    /// What `check` finds. Blocks, for others as well.
    Findings within(std::chrono::milliseconds limit, std::function<Findings()> check);

  private:
    std::mutex _one;
    std::weak_ptr<const void> _late;  ///< as long as there is a check that was left behind
};

}  // namespace aip::app
