#pragma once

#include <aip/ext/account.h>

namespace aip::hosting {

/// The agent's aip.account/1: what is told is kept in the Call.
const aip_account* accountTable();

}  // namespace aip::hosting
