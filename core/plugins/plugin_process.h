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
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace aip::plugins {

/// One process of a plugin: its link, its output and its end. Used by one thread, that of the loop or trial that waits
/// for it, whose PollSet must outlive it.
class PluginProcess {
  public:
    PluginProcess(ChildProcess child, const hosting::LogSink& log);
    PluginProcess(const PluginProcess&) = delete;
    PluginProcess& operator=(const PluginProcess&) = delete;

    const std::shared_ptr<link::Link>& link() const { return _child.link(); }

    /// A watcher that has to be killed is logged, with the number of processes that it has left to us.
    void carryOut(ProcessOrder order);
    /// Its link is closed, or must not be read any more: it is not polled from now on.
    void stopListening() { _listening = false; }

    /// Says what its descriptors are watched for in the next wait; always in the same set. After that wait the
    /// functions below say what is ready.
    void watch(PollSet& polled, base::Clock::TimePoint now);
    bool linkReady() const { return _polledLink.ready(); }
    bool processReady() const { return _polledProcess.ready(); }
    /// Reads what it has written, and logs of it what OutputLog admits.
    void readOutput(base::Clock::TimePoint now);
    /// When postponed output is to be read; max(): there is none.
    base::Clock::TimePoint outputAt(base::Clock::TimePoint now) const;
    /// The number of its processes and threads, with those that watch it; more than `most`: at least so many.
    std::uint64_t familySize(std::uint64_t most) const;
    /// How it has ended; the rest of its output is then logged. None while it runs.
    std::optional<ProcessEnd> end();

  private:
    /// Standard output or error.
    struct Output {
        const base::Descriptor& pipe;
        OutputLog log;
        bool open = true;
        base::Clock::TimePoint readAt{};
        PollSet::Watched polled{};
        std::size_t taken = 0;  ///< bytes, until then:
        base::Clock::TimePoint takenUntil{};

        bool readPiece(base::Clock::TimePoint now);
        void read(base::Clock::TimePoint now);
        void drain();
    };

    void reportKilled(std::size_t below) const;

    ChildProcess _child;
    const hosting::LogSink _log;
    Output _out;
    Output _err;
    bool _listening = true;
    PollSet::Watched _polledLink;
    PollSet::Watched _polledProcess;
};

/// Passes on a line that a plugin has logged in its runner.
void writeLog(const hosting::LogSink& sink, const link::Log& message);

/// The program that hosts the plugin in its process: beside aip-plugin-runner, aip-program-runner if it is a program,
/// aip-http-runner if it is an MCP server with a url.
std::filesystem::path runnerFor(const admission::Manifest& manifest, const ProcessSettings& settings);

/// Where a process says that it has crashed, printable.
std::string whereOf(const link::Crashed& message);

/// The refusal in a runner's message; none if a runner may not use its code.
std::optional<hosting::Refusal> refusalOf(const link::Refused& message);

/// The first message to a runner; `description`: the encoded spec of the plugin.
link::Start startMessage(const admission::Manifest& manifest, const SlotSettings& settings, const SlotWiring& wiring,
                         std::string_view description);

}  // namespace aip::plugins
