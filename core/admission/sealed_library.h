#pragma once

#include "admission/gate.h"
#include "admission/manifest.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "hosting/refusal.h"

namespace aip::admission {

/// The last check of the gate, just before an admitted plugin is loaded, which may be days after it was admitted:
/// copies the library into a sealed memfd and hashes the copy. The copy is what must be loaded (by /proc/PID/fd/N).
/// Refusals: "hash-mismatch" if `file` has changed since it was admitted, "shortage" if the system is out of memory or
/// descriptors for the copy, "load-failed" if it cannot be read.
///
/// Done for every file, whoever owns it: an open descriptor pins the inode, not its content. A process that may write
/// the file, or opened it before its mode was tightened, could change it after it was hashed; and `cp new.so old.so`
/// over a mapped library changes running code or ends the process with SIGBUS. The cost is memory of the library's size
/// for each loaded plugin; restarted processes share it. In maps and backtraces the plugin is "/memfd:aip:ID", not a
/// path that may hold another file by now. gdb finds its symbols by /proc/PID/fd/N; valgrind does not.
base::Result<base::Descriptor, hosting::Refusal> sealLibrary(const base::Descriptor& file, const Manifest& manifest);

}  // namespace aip::admission
