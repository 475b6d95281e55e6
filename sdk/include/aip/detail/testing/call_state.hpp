// One call as a plugin under test gets it.
#pragma once

#include "../../abi.h"
#include "../../json.h"
#include "../text.hpp"
#include "answer.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

namespace aip::testing::detail {

using Clock = std::chrono::steady_clock;

/// Who asks for a call.
struct Caller {
    std::string agent{};
    std::string root{};
    std::string process{};
    std::string session{};
    std::string task{};
};

/// The aip_call of a test and all that is known about it. Any thread. Kept by the thread that runs the call, so that a
/// tool that never returns finds it as long as it wants.
class CallState {
  public:
    CallState(std::string id, Clock::time_point deadline, Caller caller = {})
        : _id(std::move(id)), _deadline(deadline), _caller(std::move(caller)) {}
    CallState(const CallState&) = delete;
    CallState& operator=(const CallState&) = delete;

    const aip_call* table() const { return &_table; }
    static CallState& of(const aip_call* call) { return *static_cast<CallState*>(call->context); }

    const std::string& id() const { return _id; }
    Clock::time_point deadline() const { return _deadline; }

    /// True the first time.
    bool cancel() {
        return change([this] { return !std::exchange(_cancelled, true); });
    }

    void add(File file) {
        change([&] { return _answer.files.push_back(std::move(file)), true; });
    }

    /// The tool has returned.
    void finish(aip_status status, std::chrono::nanoseconds took) {
        change([&] {
            _answer.took = took;
            setStatus(status);
            return _done = true;
        });
    }

    void fail(const std::string& error) {
        change([&] {
            _answer.error = error;
            return true;
        });
    }

    bool awaitDone(Clock::time_point limit) const {
        return await(limit, [this] { return _done; });
    }

    /// False if it ends, or `limit` is reached, before there are `count` reports.
    bool awaitProgress(std::size_t count, Clock::time_point limit) const {
        await(limit, [&] { return _done || _answer.progress.size() >= count; });
        const std::lock_guard lock(_mutex);
        return _answer.progress.size() >= count;
    }

    Answer answer() const {
        const std::lock_guard lock(_mutex);
        return _answer;
    }

  private:
    template <typename Action>
    bool change(Action&& action) {
        const std::lock_guard lock(_mutex);
        const bool result = action();
        _changed.notify_all();
        return result;
    }

    template <typename Predicate>
    bool await(Clock::time_point limit, Predicate&& predicate) const {
        std::unique_lock lock(_mutex);
        return _changed.wait_until(lock, limit, predicate);
    }

    /// As the agent does it: the status decides what counts, and a result must be JSON.
    void setStatus(aip_status status) {
        _answer.status = status;
        if (status != AIP_OK) {
            _answer.json.clear();
            return;
        }
        if (_answer.json.empty()) {
            _answer.json = "null";
        }
        aip_json ignored;
        if (const char* problem = aip_json_parse(aip::detail::borrow(_answer.json), &ignored)) {
            _answer.status = AIP_INTERNAL;
            _answer.error = std::string("the result is not valid JSON: ") + problem;
            _answer.json.clear();
        }
    }

    static std::string copy(aip_text text) { return std::string(aip::detail::view(text)); }

    static aip_text callId(const aip_call* call) { return aip::detail::borrow(of(call)._id); }

    template <std::string Caller::*text>
    static aip_text ofCaller(const aip_call* call) {
        return aip::detail::borrow(of(call)._caller.*text);
    }

    static std::int32_t isCancelled(const aip_call* call) {
        const std::lock_guard lock(of(call)._mutex);
        return of(call)._cancelled ? 1 : 0;
    }

    static std::int32_t waitCancelled(const aip_call* call, std::uint64_t milliseconds) {
        constexpr std::uint64_t aYear = 365ULL * 24 * 3600 * 1000;
        auto& self = of(call);
        const auto limit = std::chrono::milliseconds(std::min(milliseconds, aYear));
        return self.await(Clock::now() + limit, [&self] { return self._cancelled; }) ? 1 : 0;
    }

    static std::uint64_t remaining(const aip_call* call) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(of(call)._deadline - Clock::now()).count();
        return left > 0 ? static_cast<std::uint64_t>(left) : 0;
    }

    static void setResult(const aip_call* call, aip_text json) {
        of(call).change([&] { return of(call)._answer.json = copy(json), true; });
    }

    static void setError(const aip_call* call, aip_text text) { of(call).fail(copy(text)); }

    static void progress(const aip_call* call, std::uint32_t permille, aip_text text) {
        of(call).change([&] { return of(call)._answer.progress.push_back({permille, copy(text)}), true; });
    }

    const std::string _id;
    const Clock::time_point _deadline;
    const Caller _caller;
    aip_call _table{sizeof(aip_call),
                    0,
                    this,
                    &callId,
                    &isCancelled,
                    &waitCancelled,
                    &remaining,
                    &setResult,
                    &setError,
                    &progress,
                    &ofCaller<&Caller::agent>,
                    &ofCaller<&Caller::root>,
                    &ofCaller<&Caller::process>,
                    &ofCaller<&Caller::session>,
                    &ofCaller<&Caller::task>};
    mutable std::mutex _mutex;
    mutable std::condition_variable _changed;
    bool _cancelled = false;
    bool _done = false;
    Answer _answer;
};

}  // namespace aip::testing::detail
