#pragma once

#include "admission/gate.h"
#include "admission/manifest.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "hosting/refusal.h"

namespace aip::admission {

/// The last word of the gate, when an admitted plugin is about to be loaded, which may be days later: copies the
/// library into a sealed memfd, hashes the copy, and that copy is what is to be loaded (by /proc/self/fd/N). Refusals:
/// "hash-mismatch" if `file` has changed since it was admitted, "load-failed" if the system gives no such memory.
///
/// Always, whoever owns the file: an open descriptor holds on to the inode, not to its content. Who may write the file,
/// or had it open before its mode was tightened, could change it behind the hash; and `cp new.so old.so` over a library
/// that is mapped changes running code or ends the process with SIGBUS. It costs memory of the library's size, once for
/// each loaded plugin, not for those that wait; restarted processes share it. In maps and backtraces the plugin stands
/// as "/memfd:aip:ID", which says more than a path that may hold another file by now. gdb finds no symbols by that
/// name: give it the library with add-symbol-file.
base::Result<base::Descriptor, hosting::Refusal> sealLibrary(const base::Descriptor& file, const Manifest& manifest);

}  // namespace aip::admission
