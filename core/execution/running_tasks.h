#pragma once

#include "base/guarded.h"
#include "hosting/caller.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace aip::execution {

/// The TASKs that run, for the calls that belong to them. Any thread.
class RunningTasks {
  public:
    using TaskPtr = std::shared_ptr<const hosting::Task>;

    /// Adds a task, or replaces what was known of the one with this number.
    void put(hosting::Task task);
    void remove(std::uint64_t number);

    /// The latest task of a session; null: none.
    TaskPtr of(std::string_view session) const;

  private:
    base::Guarded<std::vector<TaskPtr>> _tasks;  ///< the oldest first
};

}  // namespace aip::execution
