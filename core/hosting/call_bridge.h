#pragma once

#include "hosting/call.h"

#include <aip/abi.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace aip::hosting {

/// The aip_call over one Call: what the plugin says during it becomes the Outcome.
class CallBridge {
  public:
    /// Is shown every result that the plugin sets. True: it has kept it, and the Outcome is without.
    using Keeper = std::function<bool(std::string_view json)>;

    /// `maxResultSize`: bytes; a larger result fails the call.
    CallBridge(std::shared_ptr<Call> call, std::size_t maxResultSize, Keeper keeper = {});
    CallBridge(const CallBridge&) = delete;
    CallBridge& operator=(const CallBridge&) = delete;

    const aip_call* table() const { return &_table; }

    /// The call behind a table that we have given to a plugin; null once its function has returned.
    static std::shared_ptr<Call> callOf(const aip_call* table);

    /// The plugin's function has returned `status`. From now on its calls through the table do nothing. Whether the
    /// result is JSON is not looked at: see checked().
    Outcome finish(aip_status status);

  private:
    static aip_text callId(const aip_call* table);
    static int32_t isCancelled(const aip_call* table);
    static int32_t waitCancelled(const aip_call* table, uint64_t milliseconds);
    static uint64_t remainingMs(const aip_call* table);
    static void setResult(const aip_call* table, aip_text json);
    static void setError(const aip_call* table, aip_text message);
    static void progress(const aip_call* table, uint32_t permille, aip_text message);

    std::shared_ptr<Call> call() const;
    void keepResult(aip_text json);
    Outcome success();
    Outcome failure(aip_status status, const Call& call);

    aip_call _table;
    const std::size_t _maxResultSize;
    const Keeper _keeper;
    mutable std::mutex _mutex;
    std::shared_ptr<Call> _call;  ///< null once finished
    std::string _result = "null";
    std::string _error;
    std::string _defect;  ///< what is wrong with the result
};

}  // namespace aip::hosting
