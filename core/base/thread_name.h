#pragma once

namespace aip::base {

/// The name of this thread for top, gdb and /proc: at most 15 bytes, beginning with "aip-".
void nameThread(const char* name);

}  // namespace aip::base
