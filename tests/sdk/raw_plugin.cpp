#include "raw_plugin.h"

namespace aip::tests {

struct RawCallTable {
    static RawCall& of(const aip_call* call) { return *static_cast<RawCall*>(call->context); }

    static aip_text id(const aip_call* call) { return {of(call).id.data(), of(call).id.size()}; }

    template <std::string RawCall::*text>
    static aip_text said(const aip_call* call) {
        return {(of(call).*text).data(), (of(call).*text).size()};
    }

    static std::int32_t isCancelled(const aip_call* call) {
        const std::lock_guard lock(of(call)._mutex);
        return of(call)._cancelled ? 1 : 0;
    }

    static std::int32_t waitCancelled(const aip_call* call, std::uint64_t milliseconds) {
        auto& self = of(call);
        std::unique_lock lock(self._mutex);
        const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
        return self._changed.wait_for(lock, limit, [&self] { return self._cancelled; }) ? 1 : 0;
    }

    static std::uint64_t remaining(const aip_call* call) {
        return static_cast<std::uint64_t>(of(call)._remaining.count());
    }

    static void setResult(const aip_call* call, aip_text json) { of(call).result.assign(json.data, json.size); }

    static void setError(const aip_call* call, aip_text text) { of(call).error.assign(text.data, text.size); }

    static void progress(const aip_call* call, std::uint32_t permille, aip_text text) {
        auto& self = of(call);
        const std::lock_guard lock(self._mutex);
        self.progress.emplace_back(permille, std::string(text.size == 0 ? "" : text.data, text.size));
        self._changed.notify_all();
    }
};

RawCall::RawCall(std::chrono::milliseconds remaining)
    : _table{sizeof(aip_call),
             0,
             this,
             &RawCallTable::id,
             &RawCallTable::isCancelled,
             &RawCallTable::waitCancelled,
             &RawCallTable::remaining,
             &RawCallTable::setResult,
             &RawCallTable::setError,
             &RawCallTable::progress,
             &RawCallTable::said<&RawCall::agent>,
             &RawCallTable::said<&RawCall::root>,
             &RawCallTable::said<&RawCall::process>,
             &RawCallTable::said<&RawCall::session>,
             &RawCallTable::said<&RawCall::task>},
      _remaining(remaining) {}

void RawCall::cancel() {
    const std::lock_guard lock(_mutex);
    _cancelled = true;
    _changed.notify_all();
}

bool RawCall::awaitProgress(std::size_t count) {
    std::unique_lock lock(_mutex);
    return _changed.wait_for(lock, std::chrono::minutes(1), [&] { return progress.size() >= count; });
}

RawPlugin::RawPlugin(const std::string& library)
    : _library(library, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local),
      _entry(&_library.get<const aip_plugin_entry>(AIP_ENTRY_SYMBOL)),
      _host{sizeof(aip_host), AIP_ABI_MINOR, this, &RawPlugin::write, &RawPlugin::offered} {
    aip_status status = AIP_OK;
    _plugin = _entry->create(&_host, &status);
}

RawPlugin::~RawPlugin() {
    if (_plugin) {
        _plugin->destroy(_plugin);
    }
}

aip_status RawPlugin::start(std::string_view config) {
    return _plugin->start(_plugin, {config.data(), config.size()});
}

aip_status RawPlugin::execute(RawCall& call, std::string_view tool, std::string_view parameters,
                              std::string_view type) {
    const aip_command command{sizeof(aip_command),
                              0,
                              {tool.data(), tool.size()},
                              {type.data(), type.size()},
                              {parameters.data(), parameters.size()}};
    return extension<aip_command_executor>(AIP_EXT_COMMAND_EXECUTOR)->execute(_plugin, call.table(), &command);
}

Answer RawPlugin::execute(std::string_view tool, std::string_view parameters, std::string_view type) {
    RawCall call;
    const auto status = execute(call, tool, parameters, type);
    return {status, call.result, call.error};
}

const void* RawPlugin::offered(const aip_host* host, aip_text id) {
    const auto& [known, table] = static_cast<RawPlugin*>(host->context)->_offered;
    return known == std::string_view(id.data, id.size) ? table : nullptr;
}

void RawPlugin::write(const aip_host* host, std::int32_t level, aip_text message) {
    auto& self = *static_cast<RawPlugin*>(host->context);
    const std::lock_guard lock(self._mutex);
    self._log.emplace_back(level, std::string(message.data, message.size));
}

std::vector<std::pair<std::int32_t, std::string>> RawPlugin::log() const {
    const std::lock_guard lock(_mutex);
    return _log;
}

}  // namespace aip::tests
