#include "tool_watch.h"

#include <aip/ext/dynamic_tools.h>

namespace aip::tool {

ToolWatch::ToolWatch(plugins::Slot& slot) : _slot(slot) {
    slot.onToolsChanged([changes = _changes] {
        const std::lock_guard lock(changes->mutex);
        changes->any = true;
        changes->changed.notify_all();
    });
}

std::vector<admission::ToolManifest> ToolWatch::tools(std::chrono::milliseconds limit) const {
    auto all = _slot.manifest().tools;
    if (_slot.manifest().promises(AIP_EXT_DYNAMIC_TOOLS)) {
        std::unique_lock lock(_changes->mutex);
        _changes->changed.wait_for(lock, limit, [this] { return _changes->any || !_slot.dynamicTools().empty(); });
        const auto dynamic = _slot.dynamicTools();
        all.insert(all.end(), dynamic.begin(), dynamic.end());
    }
    return all;
}

}  // namespace aip::tool
