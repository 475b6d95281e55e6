#include "hosting/result_room.h"

#include "hosting/call_bridge.h"

namespace aip::hosting {
namespace {

char* give(const aip_result_room* /*table*/, const aip_call* call, std::uint64_t size) {
    return call == nullptr ? nullptr : CallBridge::of(call).giveRoom(size);
}

void set(const aip_result_room* /*table*/, const aip_call* call, std::uint64_t size) {
    if (call != nullptr) {
        CallBridge::of(call).setRoom(size);
    }
}

}  // namespace

const aip_result_room* resultRoomTable() {
    static constexpr aip_result_room table{AIP_END_OF(aip_result_room, set), 0, nullptr, &give, &set};
    return &table;
}

}  // namespace aip::hosting
