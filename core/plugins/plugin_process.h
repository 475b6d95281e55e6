#pragma once

#include "admission/manifest.h"
#include "hosting/call.h"
#include "hosting/refusal.h"
#include "plugins/child_process.h"
#include "plugins/output_log.h"
#include "plugins/poll_set.h"
#include "plugins/process_stages.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace aip::plugins {

/// One process of a plugin, seen from the thread that waits for it: its link, its output and its end. One thread.
class PluginProcess {
  public:
    PluginProcess(ChildProcess child, const hosting::LogSink& log);
    PluginProcess(const PluginProcess&) = delete;
    PluginProcess& operator=(const PluginProcess&) = delete;

    const std::shared_ptr<link::Link>& link() const { return _child.link(); }

    void carryOut(ProcessOrder order);
    /// Its link is closed, or is not to be read any more.
    void stopListening() { _listening = false; }

    /// Adds its descriptors for the next wait; after it, the functions below say what is ready.
    void watch(PollSet& polled, base::Clock::TimePoint now);
    bool linkReady(const PollSet& polled) const { return polled.ready(_polledLink); }
    bool processReady(const PollSet& polled) const { return polled.ready(_polledProcess); }
    /// Logs what it has written.
    void readOutput(const PollSet& polled, base::Clock::TimePoint now);
    /// When output that was left for later must be read; max(): none.
    base::Clock::TimePoint outputAt(base::Clock::TimePoint now) const;
    /// How it has ended, after the rest of its output was logged; none while it has not.
    std::optional<ProcessEnd> end();

  private:
    /// Standard output or error.
    struct Output {
        const base::Descriptor& pipe;
        OutputLog log;
        bool open = true;
        base::Clock::TimePoint readAt{};
        std::size_t polled = 0;

        void read(base::Clock::TimePoint now);
        void drain();
    };

    ChildProcess _child;
    Output _out;
    Output _err;
    bool _listening = true;
    std::size_t _polledLink = 0;
    std::size_t _polledProcess = 0;
};

/// Logs what a plugin has logged in its runner.
void writeLog(const hosting::LogSink& sink, const link::Log& message);

/// What a runner's message says; none if its code is not one that a runner may give.
std::optional<hosting::Refusal> refusalOf(const link::Refused& message);

/// The message that begins it; `description`: the encoded spec of the plugin.
link::Start startMessage(const admission::Manifest& manifest, const SlotSettings& settings, const SlotWiring& wiring,
                         std::string_view description);

}  // namespace aip::plugins
