#include "plugins/spec_of.h"

#include <aip/ext/task_events.h>

#include <vector>

namespace aip::plugins {

hosting::PluginSpec specOf(const admission::Manifest& manifest, const SlotSettings& settings) {
    hosting::PluginSpec spec{manifest.id, manifest.version, settings.configJson, manifest.extensions,
                             {},          settings.host};
    if (settings.isolation == Isolation::perCall) {
        std::erase(spec.extensions, AIP_EXT_TASK_EVENTS);  // its processes live no longer than a call
    }
    if (manifest.program) {
        spec.code = *manifest.program;
    } else if (manifest.server) {
        spec.code = *manifest.server;
    } else {
        spec.code = hosting::LibrarySpec{manifest.library};
    }
    for (const admission::ToolManifest& tool : manifest.tools) {
        spec.tools.push_back({tool.nameSpace, tool.type, tool.name});
    }
    return spec;
}

}  // namespace aip::plugins
