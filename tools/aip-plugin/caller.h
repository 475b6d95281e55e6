#pragma once

#include "plugins/slot.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace aip::tool {

/// How a call ended.
struct Reply {
    hosting::Outcome outcome;
    std::chrono::nanoseconds took{};       ///< from invoke to the end, however it came
    std::chrono::nanoseconds cancelled{};  ///< from the cancel to the end; 0 without one
    bool abandoned = false;                ///< it did not return even after the grace time
};

/// A call under way.
class PendingCall;

/// Does what the agent does around a call: deadline, cancel, grace time. All calls belong to one task, so that a plugin
/// with aip.task-events/1 hears of its start. One thread.
class Caller {
  public:
    struct Limits {
        std::chrono::milliseconds call = std::chrono::minutes(1);
        std::chrono::milliseconds grace = std::chrono::seconds(5);
    };

    Caller(plugins::Slot& slot, Limits limits, hosting::Call::Progress progress = {});

    /// Blocks until the tool has answered, was cancelled at the limit, or is abandoned after the grace time.
    Reply call(const admission::ToolManifest& tool, std::string parameters);

    /// The same in pieces, for calls that overlap.
    std::shared_ptr<PendingCall> begin(const admission::ToolManifest& tool, std::string parameters);
    Reply wait(PendingCall& pending);
    /// Blocks at most so long; true if the call has ended.
    static bool endsWithin(PendingCall& pending, std::chrono::milliseconds limit);
    void cancel(PendingCall& pending, base::Code reason, const std::string& text);

    /// aip.device-info/1 instead of a tool.
    Reply collect();

    plugins::Slot& slot() { return _slot; }

  private:
    std::shared_ptr<PendingCall> invoke(hosting::Call::Kind kind, std::string tool, std::string type,
                                        std::string parameters);

    plugins::Slot& _slot;
    Limits _limits;
    hosting::Call::Progress _progress;
    std::uint64_t _count = 0;
    const std::shared_ptr<const hosting::Task> _task =
        std::make_shared<const hosting::Task>(hosting::Task{1, "aip-plugin", "aip-plugin"});
};

}  // namespace aip::tool
