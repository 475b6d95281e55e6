#include "hosting/call_bridge.h"

#include "base/json_text.h"
#include "hosting/abi_text.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <string_view>
#include <utility>

namespace aip::hosting {
namespace {

using base::Code;
using std::chrono::milliseconds;

constexpr std::size_t mostUnused = 8;  ///< of a room: an eighth
constexpr std::size_t longestProgress = 4UL << 10U;
constexpr std::uint64_t longestWait = 24ULL * 3600 * 1000;

}  // namespace

template <std::string_view Caller::*field>
aip_text CallBridge::ofCaller(const aip_call* table) {
    const auto call = of(table).call();
    return call ? text(call->request().caller.*field) : aip_text{};
}

CallBridge::CallBridge(std::shared_ptr<Call> call, std::size_t maxResultSize, Keeper keeper)
    : _table{AIP_END_OF(aip_call, task_name),
             0,
             this,
             &callId,
             &isCancelled,
             &waitCancelled,
             &remainingMs,
             &setResult,
             &setError,
             &progress,
             &ofCaller<&Caller::agent>,
             &ofCaller<&Caller::root>,
             &ofCaller<&Caller::process>,
             &ofCaller<&Caller::session>,
             &ofCaller<&Caller::task>},
      _maxResultSize(maxResultSize),
      _keeper(std::move(keeper)),
      _call(std::move(call)) {}

std::shared_ptr<Call> CallBridge::call() const {
    const std::lock_guard lock(_mutex);
    return _call;
}

aip_text CallBridge::callId(const aip_call* table) {
    const auto call = of(table).call();
    return call ? text(call->request().id) : aip_text{};
}

int32_t CallBridge::isCancelled(const aip_call* table) {
    const auto call = of(table).call();
    return !call || call->cancelled() ? 1 : 0;
}

int32_t CallBridge::waitCancelled(const aip_call* table, uint64_t milliseconds) {
    const auto call = of(table).call();
    const std::chrono::milliseconds limit(std::min(milliseconds, longestWait));
    return !call || call->waitCancelled(limit) ? 1 : 0;
}

uint64_t CallBridge::remainingMs(const aip_call* table) {
    const auto call = of(table).call();
    return call ? static_cast<uint64_t>(call->remaining().count()) : 0;
}

void CallBridge::setResult(const aip_call* table, aip_text json) {
    of(table).keepResult(json);
}

void CallBridge::keepResult(aip_text json) {
    const std::lock_guard lock(_mutex);
    _defect.clear();
    std::string().swap(_room);
    if (!_call) {
        return;
    }
    if (json.size > _maxResultSize) {
        _defect =
            "the result has " + std::to_string(json.size) + " bytes, the limit is " + std::to_string(_maxResultSize);
    } else if (const std::string_view content = view(json); !_keeper || !_keeper(content)) {
        keepCopy(content);
    }
}

char* CallBridge::giveRoom(std::uint64_t size) {
    const std::lock_guard lock(_mutex);
    std::string().swap(_room);
    if (!_call || _keeper || size > _maxResultSize) {
        return nullptr;
    }
    try {
        _room.reserve(size + base::jsonPadding);
        _room.resize(size);
        return _room.data();
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void CallBridge::setRoom(std::uint64_t size) {
    const std::lock_guard lock(_mutex);
    const std::size_t given = _room.size();
    _defect.clear();
    if (size > given) {
        _defect = "the result has " + std::to_string(size) + " bytes, its room " + std::to_string(given);
    } else if (given - size > given / mostUnused) {
        keepCopy(std::string_view(_room).substr(0, size));
    } else {
        _room.resize(size);
        _result.swap(_room);
    }
    std::string().swap(_room);
}

/// Without room beside it, which would be held, but not counted, as long as the result.
void CallBridge::keepCopy(std::string_view json) {
    try {
        std::string copy;
        copy.reserve(json.size() + base::jsonPadding);
        copy = json;
        _result.swap(copy);
    } catch (const std::bad_alloc&) {
        _defect = "no memory left";  // short: it needs none
    }
}

void CallBridge::setError(const aip_call* table, aip_text message) {
    std::string error = base::readable(view(message), Outcome::longestError);
    const std::lock_guard lock(of(table)._mutex);
    if (of(table)._call) {
        of(table)._error = std::move(error);
    }
}

void CallBridge::progress(const aip_call* table, uint32_t permille, aip_text message) {
    if (const auto call = of(table).call()) {
        call->reportProgress(std::min(permille, 1000U), base::readable(view(message), longestProgress));
    }
}

Outcome CallBridge::finish(aip_status status) {
    const std::lock_guard lock(_mutex);
    const auto call = std::exchange(_call, nullptr);
    Outcome outcome = status == AIP_OK ? success() : failure(status, *call);
    std::string().swap(_result);
    std::string().swap(_room);
    return outcome;
}

Outcome CallBridge::success() {
    if (!_defect.empty()) {
        return Outcome::failure(Code::exhausted, std::move(_defect));
    }
    return Outcome::success(std::move(_result));
}

Outcome CallBridge::failure(aip_status status, const Call& call) {
    const Code code = codeOf(status);
    if (_error.empty() && call.cancelled() && (code == Code::cancelled || code == Code::deadline)) {
        return call.cancelOutcome();
    }
    return Outcome::failure(code, _error.empty()
                                      ? "the plugin returned status " + base::codeName(static_cast<Code>(status))
                                      : std::move(_error));
}

}  // namespace aip::hosting
