#include "hosting/host.h"

#include "base/json_text.h"
#include "hosting/abi_text.h"
#include "hosting/account_table.h"
#include "hosting/result_room.h"

#include <algorithm>
#include <utility>

namespace aip::hosting {

constexpr std::size_t longestHostLine = 8UL << 10U;

Host::Host(LogSink sink, const std::optional<ArtifactPort>& artifacts, HostSettings settings,
           std::function<void()> toolsChanged)
    : _table{AIP_END_OF(aip_host, get_extension), AIP_ABI_MINOR, this, &Host::log, &Host::getExtension},
      _toolsTable{AIP_END_OF(aip_dynamic_tools_host, changed), 0, this, &Host::changed},
      _sink(std::move(sink)),
      _toolsChanged(std::move(toolsChanged)),
      _settings(std::move(settings)) {
    if (artifacts) {
        _artifacts.emplace(*artifacts, [this](const std::string& line) { write(AIP_LOG_WARN, line); });
    }
}

std::string Host::lastError() const {
    const std::lock_guard lock(_mutex);
    return _lastError;
}

void Host::log(const aip_host* host, int32_t level, aip_text message) {
    static_cast<Host*>(host->context)
        ->write(std::clamp<int>(level, AIP_LOG_TRACE, AIP_LOG_ERROR), base::readable(view(message), longestHostLine));
}

const void* Host::getExtension(const aip_host* host, aip_text id) {
    const auto& self = *static_cast<const Host*>(host->context);
    const std::string_view name = view(id);
    if (name == AIP_EXT_THREAD_CHECK) {
        return self._threads.table();
    }
    if (name == AIP_EXT_HOST_SETTINGS) {
        return self._settings.table();
    }
    if (name == AIP_EXT_ACCOUNT) {
        return accountTable();
    }
    if (name == AIP_EXT_RESULT_ROOM) {
        return resultRoomTable();
    }
    if (name == AIP_EXT_DYNAMIC_TOOLS) {
        return &self._toolsTable;
    }
    return self._artifacts && name == AIP_EXT_ARTIFACTS ? self._artifacts->table() : nullptr;
}

void Host::changed(const aip_dynamic_tools_host* table) {
    if (const auto& tell = static_cast<const Host*>(table->context)->_toolsChanged) {
        tell();
    }
}

void Host::write(int level, std::string line) {
    if (_sink) {
        _sink(level, line);
    }
    if (level == AIP_LOG_ERROR) {
        const std::lock_guard lock(_mutex);
        _lastError = std::move(line);
    }
}

}  // namespace aip::hosting
