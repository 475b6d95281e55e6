#pragma once

#include <aip/abi.h>
#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>
#include <aip/ext/manifest.h>

#include <boost/dll/shared_library.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::tests {

/// A running call as an agent would hand it out. cancel() and await() from any thread.
class RawCall {
  public:
    explicit RawCall(std::chrono::milliseconds remaining = std::chrono::minutes(1));

    const aip_call* table() const { return &_table; }
    void cancel();
    /// Blocks until progress was reported `count` times; false after a minute.
    bool awaitProgress(std::size_t count);

    std::string id = "call-7";
    std::string agent = "HostAgent";
    std::string root = "Files";
    std::string process = "explorer";
    std::string session = "s-1";
    std::string task = "t-1";
    std::string result;  ///< empty if none was set
    std::string error;
    std::vector<std::pair<std::uint32_t, std::string>> progress;

  private:
    friend struct RawCallTable;

    aip_call _table;
    std::chrono::milliseconds _remaining;
    bool _cancelled = false;
    std::mutex _mutex;
    std::condition_variable _changed;
};

struct Answer {
    aip_status status;
    std::string result;
    std::string error;
};

/// A plugin library, loaded and used through nothing but the C ABI.
class RawPlugin {
  public:
    explicit RawPlugin(const std::string& library);
    ~RawPlugin();
    RawPlugin(const RawPlugin&) = delete;
    RawPlugin& operator=(const RawPlugin&) = delete;

    const aip_plugin_entry& entry() const { return *_entry; }
    aip_plugin* get() const { return _plugin; }
    /// From now on the agent has this extension.
    void offer(std::string id, const void* table) { _offered = {std::move(id), table}; }
    aip_status start(std::string_view config = "{}");
    void stop() { _plugin->stop(_plugin); }

    template <typename Table>
    const Table* extension(std::string_view id) const {
        return static_cast<const Table*>(_plugin->get_extension(_plugin, {id.data(), id.size()}));
    }

    aip_status execute(RawCall& call, std::string_view tool, std::string_view parameters,
                       std::string_view type = "action");
    Answer execute(std::string_view tool, std::string_view parameters, std::string_view type = "action");

    /// Lines logged so far: level and text.
    std::vector<std::pair<std::int32_t, std::string>> log() const;

  private:
    static const void* offered(const aip_host* host, aip_text id);
    static void write(const aip_host* host, std::int32_t level, aip_text message);

    boost::dll::shared_library _library;
    const aip_plugin_entry* _entry;
    aip_host _host;
    std::pair<std::string, const void*> _offered;
    aip_plugin* _plugin = nullptr;
    mutable std::mutex _mutex;
    std::vector<std::pair<std::int32_t, std::string>> _log;
};

}  // namespace aip::tests
