#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <aip/abi.h>

#include <string>
#include <string_view>

namespace aip::hosting {

/// Why a library could not be loaded, out of what Boost.DLL throws: in the words of the loader, and a library that is
/// missing by its name.
std::string loadProblem(std::string_view thrown);

/// A plugin library in this process.
///
/// It stays loaded, and its descriptor open, until the process ends: thread_local destructors and unique symbols may
/// pin a library anyway, and the loader knows it by the name /proc/PID/fd/N, which must not name another file later.
class Library {
  public:
    /// Loads the file that `file` is open on, whatever is at its path now. Runs the library's constructors. UNAVAILABLE
    /// without a /proc.
    static base::Result<Library> load(base::Descriptor file);

    const aip_plugin_entry& entry() const { return *_entry; }

  private:
    explicit Library(const aip_plugin_entry& entry) : _entry(&entry) {}

    const aip_plugin_entry* _entry;
};

}  // namespace aip::hosting
