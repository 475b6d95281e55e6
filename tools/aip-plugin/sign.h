#pragma once

#include "base/error.h"

#include <filesystem>

namespace aip::tool {

/// Signs the manifest of a finished plugin (its folder, or plugin.json in it) and writes plugin.json.sig beside it. The
/// manifest names the hashes of the library, or of all files of a program: it must be valid, and they must be what it
/// was made for. `key` is a private Ed25519 key (PEM) that only its owner, we or root, can read.
base::Result<void> sign(const std::filesystem::path& plugin, const std::filesystem::path& key);

/// Is the plugin, manifest and files, what the owner of the public `key` (PEM) has signed?
base::Result<void> verify(const std::filesystem::path& plugin, const std::filesystem::path& key);

}  // namespace aip::tool
