#pragma once

#include "hosting/host.h"
#include "plugin_file.h"
#include "plugins/slot.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace aip::tool {

struct RunSettings {
    std::string configJson = "{}";
    hosting::LogSink log;
    std::string environment{};                   ///< names of variables that its process gets, commas between them
    std::chrono::milliseconds stopLimit{5'000};  ///< what does not stop by then is killed
    std::filesystem::path state{};               ///< a folder for what the plugin keeps, absolute; empty: none
    bool hostView = false;                       ///< as if plugins.host_view named it
    bool inProcess = false;                      ///< for a debugger: its defects are ours
};

/// The place in which the tool runs a plugin: a process of its own, as in the agent, but one that debuggers may attach
/// to. Its code is loaded with start() or the first call. NOT_FOUND if there is no library to run,
/// UNAVAILABLE without a /proc.
base::Result<std::shared_ptr<plugins::Slot>> makeSlot(const PluginFile& plugin, RunSettings settings);

/// A log sink that prints to stderr: "hello: info: text".
hosting::LogSink printLog(const std::string& id);

}  // namespace aip::tool
