#include "plugin_host.h"

#include <chrono>
#include <stdexcept>
#include <string_view>

#include <dlfcn.h>

namespace aip::tests {

namespace {

std::string copy(aip_text text) {
    return text.size == 0 ? std::string() : std::string(text.data, text.size);
}

aip_text borrow(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

FakeCall::FakeCall() {
    table.struct_size = sizeof table;
    table.context = this;
    table.call_id = [](const aip_call*) { return borrow("call-1"); };
    table.is_cancelled = [](const aip_call* call) { return of(call).waitCancelled(0) ? 1 : 0; };
    table.wait_cancelled = [](const aip_call* call, uint64_t limit) { return of(call).waitCancelled(limit) ? 1 : 0; };
    table.remaining_ms = [](const aip_call*) { return uint64_t{600000}; };
    table.set_result = [](const aip_call* call, aip_text json) { of(call).answer.result = copy(json); };
    table.set_error = [](const aip_call* call, aip_text text) { of(call).answer.error = copy(text); };
    table.progress = [](const aip_call*, uint32_t, aip_text) {};
}

void FakeCall::cancel() {
    const std::lock_guard lock(_mutex);
    _cancelled = true;
    _raised.notify_all();
}

bool FakeCall::waitCancelled(uint64_t milliseconds) {
    std::unique_lock lock(_mutex);
    return _raised.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return _cancelled; });
}

PluginHost::PluginHost(const char* library) : _library(::dlopen(library, RTLD_NOW | RTLD_LOCAL)) {
    if (_library == nullptr) {
        throw std::runtime_error(::dlerror());
    }
    _entry = static_cast<const aip_plugin_entry*>(::dlsym(_library, AIP_ENTRY_SYMBOL));
    _host = {sizeof _host, AIP_ABI_MINOR, this,
             [](const aip_host* host, int32_t, aip_text message) {
                 auto& self = *static_cast<PluginHost*>(host->context);
                 const std::lock_guard lock(self._mutex);
                 self._log.push_back(copy(message));
             },
             [](const aip_host* host, aip_text id) -> const void* {
                 auto& self = *static_cast<PluginHost*>(host->context);
                 const auto name = copy(id);
                 return name == AIP_EXT_HOST_SETTINGS ? static_cast<const void*>(&self._settingsTable)
                        : name == AIP_EXT_ACCOUNT     ? static_cast<const void*>(&self._accountTable)
                                                      : nullptr;
             }};
    _accountTable = {sizeof _accountTable, 0, this, [](const aip_account*, const aip_call* call, aip_text json) {
                         FakeCall::of(call).answer.account = copy(json);
                         return aip_status{AIP_OK};
                     }};
    _settingsTable = {sizeof _settingsTable, 0, this, [](const aip_host_settings* table, aip_text key) {
                          const auto& settings = static_cast<PluginHost*>(table->context)->_hostSettings;
                          const auto found = settings.find(copy(key));
                          return found == settings.end() ? aip_text{nullptr, 0} : borrow(found->second);
                      }};
    aip_status status = AIP_OK;
    _plugin = _entry->create(&_host, &status);
    if (_plugin == nullptr) {
        throw std::runtime_error("create: " + std::to_string(status));
    }
}

PluginHost::~PluginHost() {
    if (_started) {
        _plugin->stop(_plugin);
    }
    _plugin->destroy(_plugin);
    ::dlclose(_library);
}

aip_status PluginHost::start(const std::string& settings) {
    const auto status = _plugin->start(_plugin, borrow(settings));
    _started = status == AIP_OK;
    return status;
}

Answer PluginHost::execute(const std::string& tool, const std::string& parameters) {
    FakeCall call;
    execute(tool, parameters, call);
    return call.answer;
}

void PluginHost::execute(const std::string& tool, const std::string& parameters, FakeCall& call) {
    const aip_command command{sizeof command, 0, borrow(tool), borrow("action"), borrow(parameters)};
    const auto& executor = extension<aip_command_executor>(AIP_EXT_COMMAND_EXECUTOR);
    call.answer.status = executor.execute(_plugin, &call.table, &command);
}

Answer PluginHost::collect() {
    FakeCall call;
    call.answer.status = extension<aip_device_info>(AIP_EXT_DEVICE_INFO).collect(_plugin, &call.table);
    return call.answer;
}

std::vector<std::string> PluginHost::log() {
    const std::lock_guard lock(_mutex);
    return _log;
}

template <typename Table>
const Table& PluginHost::extension(const char* id) const {
    const auto* table = static_cast<const Table*>(_plugin->get_extension(_plugin, borrow(id)));
    if (table == nullptr) {
        throw std::runtime_error(std::string("no extension ") + id);
    }
    return *table;
}

}  // namespace aip::tests
