#include "hosting/account_table.h"

#include "hosting/abi_text.h"
#include "hosting/call_bridge.h"

#include <exception>
#include <string>

namespace aip::hosting {
namespace {

aip_status tell(const aip_account* /*table*/, const aip_call* table, aip_text json) {
    try {
        const auto call = table == nullptr ? nullptr : CallBridge::of(table).call();
        if (!call || call->finished()) {
            return AIP_STATE;
        }
        const auto kept = call->keepAccount(std::string(view(json)));
        return kept ? AIP_OK : static_cast<aip_status>(kept.error().code());
    } catch (const std::exception&) {
        return AIP_EXHAUSTED;
    }
}

}  // namespace

const aip_account* accountTable() {
    static constexpr aip_account table{AIP_END_OF(aip_account, tell), 0, nullptr, &tell};
    return &table;
}

}  // namespace aip::hosting
