#pragma once

#include "hosting/artifact_bridge.h"
#include "hosting/host_settings.h"
#include "hosting/thread_check.h"

#include <aip/abi.h>
#include <aip/ext/dynamic_tools.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace aip::hosting {

/// A longer list of tools at run time (aip.dynamic-tools/1) is not accepted. Bytes.
inline constexpr std::size_t longestToolList = 4UL << 20U;

/// Gets a line that a plugin logs; `level` is an AIP_LOG_ value, the line valid UTF-8 of at most some KiB. Any thread.
/// It may be called as long as any thread is inside the plugin, so it must own what it uses.
using LogSink = std::function<void(int level, std::string_view line)>;

/// The agent as one plugin sees it. The plugin may use its tables on any thread, until its last thread has left it.
class Host {
  public:
    /// Without a port the plugin cannot send files: it finds no aip.artifacts/1. `settings` are what it may know.
    /// `toolsChanged` is called when the plugin says so (aip.dynamic-tools/1). Any thread; it must not block.
    explicit Host(LogSink sink, const std::optional<ArtifactPort>& artifacts = std::nullopt, HostSettings settings = {},
                  std::function<void()> toolsChanged = {});
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    const aip_host* table() const { return &_table; }
    /// For the scopes around each call into the plugin.
    const ThreadCheck& threads() const { return _threads; }

    /// The last line that the plugin logged as an error: why it did not start. Empty if there was none.
    std::string lastError() const;

  private:
    static void log(const aip_host* host, int32_t level, aip_text message);
    static const void* getExtension(const aip_host* host, aip_text id);
    static void changed(const aip_dynamic_tools_host* table);

    void write(int level, std::string line);

    aip_host _table;
    aip_dynamic_tools_host _toolsTable;
    LogSink _sink;
    const std::function<void()> _toolsChanged;
    HostSettingsTable _settings;
    ThreadCheck _threads;
    std::optional<ArtifactBridge> _artifacts;
    mutable std::mutex _mutex;
    std::string _lastError;
};

}  // namespace aip::hosting
