#pragma once

#include "runner/fixed_text.h"

#include <atomic>
#include <cstddef>
#include <string_view>

namespace aip::runner {

/// What this thread does for the agent, as long as the mark lives: the report of a crash says so. The thread also gets
/// a stack for signal handlers, so that an overflow of its own can be reported. Any thread; marks of one thread nest.
class CrashMark {
  public:
    /// `phase`: "its start"
    explicit CrashMark(std::string_view phase);
    /// A call; `tool` is empty if it collects device information. Long names are cut.
    CrashMark(std::string_view tool, std::string_view callId);
    ~CrashMark();
    CrashMark(const CrashMark&) = delete;
    CrashMark& operator=(const CrashMark&) = delete;

    using Text = FixedText<512>;

    /// One of a fixed number of places: a signal handler may read it while its owner goes away.
    struct Place {
        std::atomic<bool> taken = false;
        Text text;
    };

  private:
    void begin();

    Place* _place = nullptr;  ///< null if all are taken
    Place* _before = nullptr;
};

/// "its start", "tool 'greet', call c1"; empty: this thread has no mark. For signal handlers.
std::string_view markOfThisThread();

/// Calls `visit` with the text of each mark of any thread. For signal handlers.
void eachMark(void (*visit)(std::string_view text, void* context), void* context);

}  // namespace aip::runner
