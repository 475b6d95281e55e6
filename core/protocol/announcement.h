#pragma once

#include "protocol/encoder.h"
#include "protocol/messages.h"

#include <string_view>

namespace aip::protocol {

/// The announcement as a message: the fields that are set, and `now`, which is base::timestamp().
Pieces encode(const Announcement& announcement, std::string_view now);

}  // namespace aip::protocol
