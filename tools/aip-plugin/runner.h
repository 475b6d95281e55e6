#pragma once

#include "plugin_file.h"
#include "plugins/host.h"
#include "plugins/slot.h"

#include <memory>
#include <string>

#include <sys/types.h>

namespace aip::tool {

/// The place in which the tool runs a plugin: the one that the agent would use by default. Its code is loaded with
/// start() or the first call. NOT_FOUND if there is no library to run.
base::Result<std::unique_ptr<plugins::Slot>> makeSlot(const PluginFile& plugin, std::string configJson,
                                                      plugins::LogSink log);

/// The process in which the plugin of `slot` runs.
pid_t processOf(const plugins::Slot& slot);

/// A log sink that prints to stderr: "hello: info: text".
plugins::LogSink printLog(const std::string& id);

}  // namespace aip::tool
