#pragma once

#include "base/error.h"

#include <string>

namespace aip::app {

/// Remembers the current folder for fromStartFolder(). If it has been deleted, goes to the root, since much of what a
/// program uses fails without a folder. First thing in main(); without it, the first fromStartFolder() does it.
void rememberStartFolder();

/// `file`, absolute: a relative one is resolved against the folder in which the process was started, whatever the
/// current one is by now. NOT_FOUND if that folder had been deleted. Empty stays empty.
base::Result<std::string> fromStartFolder(const std::string& file);

}  // namespace aip::app
