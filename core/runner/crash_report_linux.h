#pragma once

#include "runner/fixed_text.h"

#include <csignal>
#include <cstdint>
#include <string_view>

namespace aip::runner {

using CrashText = FixedText<1024>;

/// The plugin's library among the files that are mapped.
struct NamedLibrary {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    std::uint64_t inode = 0;  ///< 0: there is none
    FixedText<128> name;
};

/// Appends what is known of a crash to `text`, the most important first: a fault on the way leaves the rest out. Only
/// what a signal handler may do; on the thread that has crashed.
void describeCrash(int signal, const siginfo_t& info, const void* context, const NamedLibrary& library,
                   CrashText& text);

/// The unwinder does something at its first use that a signal handler may not.
void prepareUnwinder();

}  // namespace aip::runner
