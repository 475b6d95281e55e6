#pragma once

#include "plugins/slot.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace aip::tool {

/// Waits for the tools that a plugin has at run time (aip.dynamic-tools/1). To be made before the slot is started.
class ToolWatch {
  public:
    explicit ToolWatch(plugins::Slot& slot);

    /// The tools of the manifest and, if it promises any, those of now: at the latest after `limit`, which is what a
    /// plugin takes that has none yet. The slot is started.
    std::vector<admission::ToolManifest> tools(std::chrono::milliseconds limit) const;

  private:
    struct Changes {
        std::mutex mutex;
        std::condition_variable changed;
        bool any = false;
    };

    plugins::Slot& _slot;
    std::shared_ptr<Changes> _changes = std::make_shared<Changes>();  // the slot may outlive this
};

}  // namespace aip::tool
