#pragma once

#include <aip/ext/result_room.h>

namespace aip::hosting {

/// The agent's aip.result-room/1: the room is the CallBridge's.
const aip_result_room* resultRoomTable();

}  // namespace aip::hosting
