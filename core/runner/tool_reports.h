#pragma once

#include "base/error.h"
#include "hosting/coalescing_worker.h"
#include "link/link_messages.h"
#include "runner/entrance.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace aip::runner {

/// Tells the agent which tools a plugin lists at run time: one list at a time, and only the latest. Any thread.
class ToolReports {
  public:
    struct Wiring {
        std::function<base::Result<std::string>()> list;  ///< asks the plugin; called inside `entrance`
        std::function<bool(const link::Message&)> send;   ///< false: the system is short of what it takes
    };

    /// `entrance` outlives it.
    ToolReports(Entrance& entrance, Wiring wiring) : _entrance(entrance), _wiring(std::move(wiring)) {}

    /// The plugin says so. Told on a thread of its own, but not before begin().
    void changed();
    /// The plugin has been started, and the agent knows that.
    void begin();
    /// Asks the plugin and tells its tools. Waits until the agent has read those before.
    void tell();
    /// The agent has read them.
    void taken() { setUnread(false); }
    /// The plugin is about to be stopped: nothing more is told.
    void stop();

  private:
    bool mayTell();
    void setUnread(bool unread);

    Entrance& _entrance;
    const Wiring _wiring;
    std::mutex _mutex;
    std::condition_variable _changed;
    bool _begun = false;
    bool _stale = false;   ///< the plugin has reported a change before begin()
    bool _unread = false;  ///< the agent still has to read the list that is in its area
    bool _stopping = false;
    hosting::CoalescingWorker _lister;
};

}  // namespace aip::runner
