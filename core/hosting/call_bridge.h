#pragma once

#include "hosting/call.h"

#include <aip/abi.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace aip::hosting {

/// The aip_call table of one Call: the result or error that the plugin sets through it becomes the Outcome. The plugin
/// may use the table on any thread. It must outlive every such use: see Instance, which keeps it for plugins that use a
/// call too late.
class CallBridge {
  public:
    /// Gets every result that the plugin sets. True: it has stored the result, and the Outcome has none.
    using Keeper = std::function<bool(std::string_view json)>;

    /// `maxResultSize`: bytes; a larger result fails the call.
    CallBridge(std::shared_ptr<Call> call, std::size_t maxResultSize, Keeper keeper = {});
    CallBridge(const CallBridge&) = delete;
    CallBridge& operator=(const CallBridge&) = delete;

    const aip_call* table() const { return &_table; }

    /// That of a table which we have given to a plugin.
    static CallBridge& of(const aip_call* table) { return *static_cast<CallBridge*>(table->context); }

    /// Null after finish().
    std::shared_ptr<Call> call() const;

    /// See ext/result_room.h. None for a result that a Keeper would store.
    char* giveRoom(std::uint64_t size);
    void setRoom(std::uint64_t size);

    /// The plugin's function has returned `status`. From now on its calls through the table do nothing. Does not check
    /// that the result is JSON: see checked().
    Outcome finish(aip_status status);

  private:
    static aip_text callId(const aip_call* table);
    static int32_t isCancelled(const aip_call* table);
    static int32_t waitCancelled(const aip_call* table, uint64_t milliseconds);
    static uint64_t remainingMs(const aip_call* table);
    static void setResult(const aip_call* table, aip_text json);
    static void setError(const aip_call* table, aip_text message);
    static void progress(const aip_call* table, uint32_t permille, aip_text message);
    template <std::string_view Caller::*field>
    static aip_text ofCaller(const aip_call* table);

    void keepResult(aip_text json);
    void keepCopy(std::string_view json);
    Outcome success();
    Outcome failure(aip_status status, const Call& call);

    aip_call _table;
    const std::size_t _maxResultSize;
    const Keeper _keeper;
    mutable std::mutex _mutex;
    std::shared_ptr<Call> _call;  ///< null after finish()
    std::string _result = "null";
    std::string _room;  ///< for the next result
    std::string _error;
    std::string _defect;  ///< what is wrong with the result
};

}  // namespace aip::hosting
