#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <aip/abi.h>

namespace aip::hosting {

/// A plugin library in this process.
///
/// Once loaded it stays, and its descriptor stays open, until the process ends: thread_local destructors and unique
/// symbols may pin a library anyway, and the loader knows it by the name /proc/self/fd/N, which must not come to mean
/// another file.
class Library {
  public:
    /// Loads what `file` is open on, whatever stands at its path by now. Runs the library's constructors.
    static base::Result<Library> load(base::Descriptor file);

    const aip_plugin_entry& entry() const { return *_entry; }

  private:
    explicit Library(const aip_plugin_entry& entry) : _entry(&entry) {}

    const aip_plugin_entry* _entry;
};

}  // namespace aip::hosting
