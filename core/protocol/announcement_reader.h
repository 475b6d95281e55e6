#pragma once

#include "protocol/messages.h"

#include <simdjson.h>

#include <string>

namespace aip::protocol {

/// Reads the fields of an announcement from a message that is known to be a complete JSON object. Returns what is
/// wrong, with the name of the field; empty if nothing is.
std::string readAnnouncement(simdjson::ondemand::document& document, Announcement& out);

}  // namespace aip::protocol
