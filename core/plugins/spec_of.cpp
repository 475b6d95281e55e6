#include "plugins/spec_of.h"

namespace aip::plugins {

hosting::PluginSpec specOf(const admission::Manifest& manifest, const SlotSettings& settings) {
    hosting::PluginSpec spec{manifest.id, manifest.version, settings.configJson, manifest.extensions,
                             {},          settings.host};
    if (manifest.program) {
        spec.code = *manifest.program;
    } else {
        spec.code = hosting::LibrarySpec{manifest.library};
    }
    for (const admission::ToolManifest& tool : manifest.tools) {
        spec.tools.push_back({tool.nameSpace, tool.type, tool.name});
    }
    return spec;
}

}  // namespace aip::plugins
