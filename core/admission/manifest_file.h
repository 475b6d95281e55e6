#pragma once

#include "base/error.h"
#include "hosting/refusal.h"

#include <filesystem>
#include <string>

namespace aip::admission {

/// The text of the plugin.json in `folder`, of at most 4 MiB. Refused unless folder, parents and file are trusted as
/// trustFolder() and trustFile() say: what a stranger has written is not even parsed. Links on the way to `folder` are
/// followed, plugin.json itself is a plain file.
base::Result<std::string, hosting::Refusal> readTrustedManifest(const std::filesystem::path& folder);

}  // namespace aip::admission
