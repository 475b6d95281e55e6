#pragma once

#include "base/error.h"

#include <string>

namespace aip::tool {

/// Makes an agent look at its plugins again; returns what became of plugin `id`, `version`, in a sentence.
///
/// `agent`: its control socket, which answers when it is over: an Error says why the agent does not have this plugin
/// now. Or its pidfile, which only reaches it (SIGHUP).
base::Result<std::string> reloadAgent(const std::string& agent, const std::string& id, const std::string& version);

}  // namespace aip::tool
