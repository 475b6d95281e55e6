// The agent as a plugin under test sees it.
#pragma once

#include "../../abi.h"
#include "../../ext/artifacts.h"
#include "../text.hpp"
#include "answer.hpp"
#include "call_state.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace aip::testing::detail {

/// Keeps what is logged and, if it takes files, what is handed over. Any thread.
class FakeAgent {
  public:
    explicit FakeAgent(bool takesFiles) : _takesFiles(takesFiles) {}
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

  private:
    static std::string copy(aip_text text) { return std::string(aip::detail::view(text)); }

    static void write(const aip_host* host, std::int32_t level, aip_text message) {
        auto& self = *static_cast<FakeAgent*>(host->context);
        const std::lock_guard lock(self._mutex);
        self._log.push_back({level, copy(message)});
    }

    static const void* extension(const aip_host* host, aip_text id) {
        const auto& self = *static_cast<const FakeAgent*>(host->context);
        return self._takesFiles && aip::detail::view(id) == AIP_EXT_ARTIFACTS ? &self._artifacts : nullptr;
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
    aip_host _table{sizeof(aip_host), AIP_ABI_MINOR, this, &write, &extension};
    mutable std::mutex _mutex;
    std::vector<LogLine> _log;
};

}  // namespace aip::testing::detail
