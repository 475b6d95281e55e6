#pragma once

#include "base/error.h"

#include <chrono>
#include <functional>
#include <string>

namespace aip::tool {

/// Runs `question` in a child process and hands over the text that it returns, or what it throws as INVALID. A crash,
/// an exit and a hang of the child are errors, too: "crashed while it `doing`". What the child has started ends with
/// it. Call it while this process has one thread.
base::Result<std::string> askChild(const std::function<std::string()>& question, const std::string& doing,
                                   std::chrono::milliseconds limit);

}  // namespace aip::tool
