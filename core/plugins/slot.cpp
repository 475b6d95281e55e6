#include "plugins/slot.h"

namespace aip::plugins {

std::string_view name(SlotState state) {
    switch (state) {
        case SlotState::idle:
            return "idle";
        case SlotState::running:
            return "running";
        case SlotState::failed:
            return "failed";
        case SlotState::wedged:
            return "wedged";
        case SlotState::stopped:
            return "stopped";
    }
    return "unknown";
}

}  // namespace aip::plugins
