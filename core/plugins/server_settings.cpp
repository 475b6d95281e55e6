#include "plugins/server_settings.h"

#include <aip/ext/command_executor.h>
#include <aip/ext/dynamic_tools.h>

namespace aip::plugins {

admission::Manifest manifestOf(const std::string& name, const ServerSettings& settings) {
    admission::Manifest manifest;
    manifest.id = name;
    manifest.version = "mcp";
    manifest.settingsSchema = "null";
    manifest.extensions = {AIP_EXT_COMMAND_EXECUTOR, AIP_EXT_DYNAMIC_TOOLS};
    manifest.concurrency = settings.concurrency;
    manifest.server = settings.spec;
    manifest.server->nameSpace = name;
    if (manifest.server->toolType.empty()) {
        manifest.server->toolType = "action";
    }
    return manifest;
}

}  // namespace aip::plugins
