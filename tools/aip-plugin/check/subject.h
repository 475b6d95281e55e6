#pragma once

#include "caller.h"
#include "check/scorecard.h"
#include "footprint.h"
#include "plugin_file.h"
#include "scratch_folder.h"
#include "tool_watch.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace aip::tool {

struct CheckOptions {
    std::size_t calls = 1000;                                     ///< per tool and kind of input
    std::chrono::milliseconds timeout = std::chrono::seconds(2);  ///< of one call
    std::chrono::milliseconds grace = std::chrono::seconds(5);    ///< for a cancelled one to return
    std::chrono::milliseconds budget = std::chrono::seconds(10);  ///< per tool and step
    std::chrono::milliseconds total = std::chrono::seconds(13);   ///< after which nothing is called that need not be
    std::uint64_t seed = 1;
    bool quick = false;          ///< only what needs no call: manifest and symbols
    std::string settings;        ///< empty: none are given
    std::string environment;     ///< names of variables that its process gets
    std::set<std::string> skip;  ///< tools not to call
    std::set<std::string> only;  ///< if not empty, the only ones to call
};

/// The plugin under check: its tools, and a slot to call them in, which is replaced when the plugin has crashed.
class Subject {
  public:
    using Clock = std::chrono::steady_clock;
    using Progress = std::function<void(const std::string& step)>;

    Subject(const PluginFile& plugin, CheckOptions options, Progress progress);
    ~Subject();
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    const PluginFile& plugin() const { return _plugin; }
    const CheckOptions& options() const { return _options; }
    const std::vector<admission::ToolManifest>& tools() const { return _tools; }
    /// Tools that are not called, each with the reason.
    const std::vector<std::string>& skipped() const { return _skipped; }

    /// Whether the check calls a tool that the plugin offers.
    bool calls(const admission::ToolManifest& tool) const { return !whyNotCalled(tool); }

    /// It promises tools: without one that works it does not pass.
    bool isToBeCalled() const;

    /// When a tool has had its time in this step: its part of the time for all.
    Clock::time_point toolDeadline() const;
    /// The time for all is over.
    bool timeIsOver() const { return Clock::now() >= _end; }
    const std::string& settings() const { return _settings; }
    bool settingsMadeUp() const { return _settingsMadeUp; }

    /// Makes and starts a new slot if there is none that runs. The tools that it has at run time are among tools()
    /// then.
    hosting::Check revive();
    Caller& caller() { return *_caller; }
    plugins::Slot& slot() { return *_slot; }
    /// False if the plugin did not stop by itself. Without a slot there is nothing to do.
    bool retire();
    /// Of the process in which the plugin runs now.
    Footprint footprint() const;
    void say(const std::string& step) const { _progress(step); }

    /// What judge() checks from now on: that the plugin survives, also the rules, also what is merely unusual.
    enum class Strictness { survival, rules, everything };
    void strictness(Strictness strictness) { _strictness = strictness; }

    /// Adds what is wrong with a reply to `section`, and makes sure that the next call finds a running plugin. False if
    /// it had to start it again.
    bool judge(Section& section, const admission::ToolManifest& tool, const Reply& reply, const std::string& input);

  private:
    /// Empty for one that nobody asked for.
    std::optional<std::string> whyNotCalled(const admission::ToolManifest& tool) const;
    void chooseTools(const std::vector<admission::ToolManifest>& offered);
    void chooseSettings();

    const ScratchFolder _state;
    const PluginFile& _plugin;
    const CheckOptions _options;
    const Progress _progress;
    std::vector<admission::ToolManifest> _tools;
    std::vector<std::string> _skipped;
    std::string _settings = "{}";
    bool _settingsMadeUp = false;
    bool _listed = false;  ///< tools() holds those of run time
    Strictness _strictness = Strictness::rules;
    std::shared_ptr<plugins::Slot> _slot;
    std::unique_ptr<ToolWatch> _watch;
    std::unique_ptr<Caller> _caller;
    const Clock::time_point _end = Clock::now() + _options.total;
};

/// One finding per code and tool; a repeated one is only counted.
void addOnce(Section& section, const std::string& code, const std::string& tool, const std::string& text);

}  // namespace aip::tool
