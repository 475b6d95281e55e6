#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"

#include <filesystem>
#include <string>

/// Checks of files that become code in this process: who could have written them, and is the content what was promised?
namespace aip::admission {

/// Opens a plain file for reading; a symbolic link is not followed. NOT_FOUND if there is none.
inline base::Result<base::Descriptor> openFile(const std::filesystem::path& file) {
    return base::openFile(file, base::Links::refuse);
}

using base::readAll;

/// SHA-256 of the whole content, lower-case hex.
base::Result<std::string> sha256(const base::Descriptor& file);

/// DENIED unless the open file belongs to root or the agent's user and no one else may write it. `name` is for the
/// text.
base::Result<void> trustFile(const base::Descriptor& file, const std::filesystem::path& name);

/// The same for a folder, or a file, and all its parents up to the root: a user who may write one of them could replace
/// its content. A sticky parent that belongs to root (/tmp) passes. EXHAUSTED for a shortage. `folder` must be
/// absolute, without symbolic links.
base::Result<void> trustFolder(const std::filesystem::path& folder);

}  // namespace aip::admission
