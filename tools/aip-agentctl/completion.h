#pragma once

#include "base/error.h"

#include <string>

namespace aip::agentctl {

/// The script that completes the words of this program in a shell: bash, zsh or fish. INVALID for another one. Made of
/// the table of commands.
base::Result<std::string> completionScript(const std::string& shell);

}  // namespace aip::agentctl
