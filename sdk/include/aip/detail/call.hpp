// One running call, as a tool sees it.
#pragma once

#include "../abi.h"
#include "../ext/account.h"
#include "agent.hpp"
#include "artifacts.hpp"
#include "error.hpp"
#include "text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>

namespace aip {

/// Valid until the tool returns; any thread may use it until then.
class Call {
  public:
    explicit Call(const aip_call& call) : _call(call) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// The id under which the agent logs this call.
    std::string_view id() const { return detail::view(_call.call_id(&_call)); }

    // Who asks, in the words of the server: foreign text of at most 1 KiB, valid as long as the call. Empty where the
    // server does not say, and in an agent of ABI 1.0.

    std::string_view agent() const { return said(&aip_call::agent_name); }
    std::string_view root() const { return said(&aip_call::root_name); }
    std::string_view process() const { return said(&aip_call::process_name); }
    std::string_view session() const { return said(&aip_call::session_id); }
    /// That of the task it belongs to: see aip::Task.
    std::string_view task() const { return said(&aip_call::task_name); }

    /// True once the call is cancelled: by the server, by its deadline, or because the agent stops.
    bool cancelled() const { return _call.is_cancelled(&_call) != 0; }

    /// Blocks until the call is cancelled (true) or the time is over (false): the way to wait in a tool.
    bool waitCancelled(std::chrono::milliseconds limit) const {
        return _call.wait_cancelled(&_call, static_cast<std::uint64_t>(std::max<std::int64_t>(limit.count(), 0))) != 0;
    }

    void throwIfCancelled() const {
        if (cancelled()) {
            throw Error(Code::cancelled, "cancelled");
        }
    }

    /// Until the deadline; zero when it has passed.
    std::chrono::milliseconds remaining() const {
        constexpr auto longest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(_call.remaining_ms(&_call), longest)));
    }

    /// How far the work is, 0 to 1000, and a text for people.
    void progress(std::uint32_t permille, std::string_view text = {}) const {
        detail::asUtf8(text, [&](std::string_view valid) { _call.progress(&_call, permille, detail::borrow(valid)); });
    }

    /// What the tool has really done, for the agent's audit: one JSON object of at most 4 KiB ({"argv":["ls","-l"]}),
    /// see ext/account.h. The last one of a call counts. Ignored if it is longer, or by an agent without it.
    void account(std::string_view json) const {
        if (const auto* table = detail::agentTable<aip_account>(AIP_EXT_ACCOUNT)) {
            table->tell(table, &_call, detail::borrow(json));
        }
    }

    /// Sends the regular file at an absolute path to the server, before this call's result. It is opened at once and
    /// read later: it may be deleted or renamed as soon as this has returned, but not written to any more.
    /// Throws Error: UNSUPPORTED if this agent sends no files, else what ext/artifacts.h says.
    void sendFile(std::string_view path, std::string_view mimeType = {}) const {
        const auto& agent = detail::artifacts();
        const auto what = detail::artifact({}, mimeType);
        detail::requireSent(agent.send_file(&agent, &_call, &what, detail::borrow(path)), path);
    }

    /// The same for bytes, which are copied, under a file name of your choice.
    void sendBytes(std::string_view name, std::string_view mimeType, std::string_view bytes) const {
        const auto& agent = detail::artifacts();
        const auto what = detail::artifact(name, mimeType);
        detail::requireSent(agent.send_bytes(&agent, &_call, &what, detail::borrow(bytes)), name);
    }

    /// For the SDK.
    const aip_call& table() const { return _call; }

  private:
    /// Of a table of 1.1 they are there all together.
    std::string_view said(aip_text (*aip_call::*text)(const aip_call*)) const {
        return AIP_HAS(aip_call, &_call, task_name) ? detail::view((_call.*text)(&_call)) : std::string_view();
    }

    const aip_call& _call;
};

}  // namespace aip
