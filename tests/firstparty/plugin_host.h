#pragma once

#include <aip/abi.h>
#include <aip/ext/account.h>
#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>
#include <aip/ext/host_settings.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace aip::tests {

/// What a plugin answered to one call.
struct Answer {
    aip_status status = AIP_INTERNAL;
    std::string result;
    std::string error;
    std::string account{};  ///< what it says that it has done
};

/// A call as the agent would hand it over; cancel() from any thread.
class FakeCall {
  public:
    FakeCall();
    void cancel();

    Answer answer;
    aip_call table{};

    static FakeCall& of(const aip_call* call) { return *static_cast<FakeCall*>(call->context); }

  private:
    bool waitCancelled(uint64_t milliseconds);

    std::mutex _mutex;
    std::condition_variable _raised;
    bool _cancelled = false;
};

/// A built library, loaded and made an instance of through nothing but the C ABI. Not thread-safe but for execute().
class PluginHost {
  public:
    /// Throws std::runtime_error if the library or its instance cannot be had.
    explicit PluginHost(const char* library);
    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;
    ~PluginHost();

    const aip_plugin_entry& entry() const { return *_entry; }
    /// What the agent says of itself; before start().
    void setHostSetting(const std::string& key, const std::string& value) { _hostSettings[key] = value; }
    aip_status start(const std::string& settings);
    Answer execute(const std::string& tool, const std::string& parameters);
    void execute(const std::string& tool, const std::string& parameters, FakeCall& call);
    Answer collect();
    /// The lines that the plugin has logged so far.
    std::vector<std::string> log();

  private:
    template <typename Table>
    const Table& extension(const char* id) const;

    aip_host _host{};
    aip_account _accountTable{};
    aip_host_settings _settingsTable{};
    std::map<std::string, std::string> _hostSettings;
    void* _library = nullptr;
    const aip_plugin_entry* _entry = nullptr;
    aip_plugin* _plugin = nullptr;
    bool _started = false;
    std::mutex _mutex;
    std::vector<std::string> _log;
};

}  // namespace aip::tests
