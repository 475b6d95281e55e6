#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <filesystem>

namespace aip::base {

/// DENIED if anybody but root and ourselves can read the open file. It belongs to root or to us; ACLs count. Two kinds
/// of root's read-only files are secrets although their mode shows 440:
/// - one of a group that we are in, as a container mounts it;
/// - one below $CREDENTIALS_DIRECTORY, as systemd delivers it (LoadCredential=): there the mode shows the ACL's mask.
/// `name` is for the text.
Result<void> checkSecret(const Descriptor& file, const std::filesystem::path& name);

}  // namespace aip::base
