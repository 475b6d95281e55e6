// The agent as a plugin under test sees it.
#pragma once

#include "../../abi.h"
#include "../../ext/artifacts.h"
#include "../../ext/host_settings.h"
#include "../text.hpp"
#include "answer.hpp"
#include "call_state.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <stdlib.h>

namespace aip::testing::detail {

/// Keeps what is logged and, if it takes files, what is handed over. Any thread.
class FakeAgent {
  public:
    explicit FakeAgent(bool takesFiles) : _takesFiles(takesFiles) {}
    ~FakeAgent() {
        std::error_code ignored;
        if (!_stateDir.empty()) {
            std::filesystem::remove_all(_stateDir, ignored);
        }
    }
    FakeAgent(const FakeAgent&) = delete;
    FakeAgent& operator=(const FakeAgent&) = delete;

    const aip_host* table() const { return &_table; }

    std::vector<LogLine> log() const {
        const std::lock_guard lock(_mutex);
        return _log;
    }

    /// The last line that was logged as an error.
    std::string lastError() const {
        const std::lock_guard lock(_mutex);
        const auto line =
            std::find_if(_log.rbegin(), _log.rend(), [](const LogLine& each) { return each.level == AIP_LOG_ERROR; });
        return line == _log.rend() ? std::string() : line->text;
    }

    /// Of the plugin, made when it is first wanted and removed with the agent.
    const std::string& stateDir() const {
        const std::lock_guard lock(_mutex);
        if (_stateDir.empty()) {
            std::string name = (std::filesystem::temp_directory_path() / "aip-state-XXXXXX").string();
            _stateDir = ::mkdtemp(name.data()) == nullptr ? "" : name;
        }
        return _stateDir;
    }

  private:
    static std::string copy(aip_text text) { return std::string(aip::detail::view(text)); }

    static void write(const aip_host* host, std::int32_t level, aip_text message) {
        auto& self = *static_cast<FakeAgent*>(host->context);
        const std::lock_guard lock(self._mutex);
        self._log.push_back({level, copy(message)});
    }

    static const void* extension(const aip_host* host, aip_text id) {
        const auto& self = *static_cast<const FakeAgent*>(host->context);
        if (aip::detail::view(id) == AIP_EXT_HOST_SETTINGS) {
            return &self._settings;
        }
        return self._takesFiles && aip::detail::view(id) == AIP_EXT_ARTIFACTS ? &self._artifacts : nullptr;
    }

    static aip_text setting(const aip_host_settings* settings, aip_text key) {
        const auto& self = *static_cast<const FakeAgent*>(settings->context);
        return aip::detail::view(key) == AIP_HOST_STATE_DIR ? aip::detail::borrow(self.stateDir()) : aip_text{};
    }

    static aip_status sendFile(const aip_artifacts*, const aip_call* call, const aip_artifact* what, aip_text path) {
        const std::string file = copy(path);
        std::ifstream in(file, std::ios::binary);
        if (!file.starts_with('/') || !in) {
            return file.starts_with('/') ? AIP_NOT_FOUND : AIP_INVALID;
        }
        const std::string name = what->name.size == 0 ? file.substr(file.rfind('/') + 1) : copy(what->name);
        CallState::of(call).add({name, copy(what->mime_type), std::string(std::istreambuf_iterator<char>(in), {})});
        return AIP_OK;
    }

    static aip_status sendBytes(const aip_artifacts*, const aip_call* call, const aip_artifact* what, aip_text bytes) {
        if (what->name.size == 0) {
            return AIP_INVALID;
        }
        CallState::of(call).add({copy(what->name), copy(what->mime_type), copy(bytes)});
        return AIP_OK;
    }

    const bool _takesFiles;
    aip_artifacts _artifacts{sizeof(aip_artifacts), 0, this, &sendFile, &sendBytes};
    aip_host_settings _settings{sizeof(aip_host_settings), 0, this, &setting};
    aip_host _table{sizeof(aip_host), AIP_ABI_MINOR, this, &write, &extension};
    mutable std::mutex _mutex;
    std::vector<LogLine> _log;
    mutable std::string _stateDir;
};

}  // namespace aip::testing::detail
