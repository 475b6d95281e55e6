#pragma once

namespace aip::base {

/// The name of this thread for top, gdb and /proc: at most 15 bytes, beginning with "aip-".
void nameThread(const char* name);

/// What this thread does can wait: when it wakes up it takes the processor from no other thread.
void letOthersGoFirst();

}  // namespace aip::base
