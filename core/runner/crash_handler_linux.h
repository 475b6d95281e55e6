#pragma once

#include "base/descriptor.h"

#include <string_view>

namespace aip::runner {

/// From now on, when this process crashes (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT), it sends one
/// link::Crashed by the socket `link`, or writes its text to standard error if that cannot be: the signal; the library
/// and the offset in it, which addr2line turns into a function and a line; if that is another library, from where the
/// plugin's has called it; the mark of the thread (crash_mark.h). Then the signal ends the process as it would have.
///
/// When several threads crash at once the first one reports. A fault in the report ends it with what is known by then.
/// A process that the plugin has forked reports nothing. A signal that has a handler already keeps it: that of a
/// sanitizer. A build with sanitizers installs none.
///
/// With one thread, before any code of the plugin runs.
void reportCrashesTo(int link);

/// The plugin's library: reports call it `name`, not as the copy that is loaded. Before it is loaded.
void nameLibraryInCrashes(const base::Descriptor& library, std::string_view name);

}  // namespace aip::runner
