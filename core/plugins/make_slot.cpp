#include "plugins/make_slot.h"

#include "plugins/in_process_slot.h"
#include "plugins/process_slot.h"

#include <chrono>
#include <utility>

namespace aip::plugins {
namespace {

/// The slot's own threads hold on to it, too; what they hold does not keep it from being stopped.
std::shared_ptr<Slot> stoppedByTheLast(std::shared_ptr<Slot> slot) {
    Slot* const raw = slot.get();
    return {raw, [slot = std::move(slot)](Slot* self) { self->stop(std::chrono::seconds(5)); }};
}

}  // namespace

std::shared_ptr<Slot> makeSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                               SlotWiring wiring) {
    if (settings.isolation == Isolation::inProcess) {
        return stoppedByTheLast(std::make_shared<InProcessSlot>(std::move(manifest), std::move(library),
                                                                std::move(settings), std::move(wiring)));
    }
    return stoppedByTheLast(
        std::make_shared<ProcessSlot>(std::move(manifest), std::move(library), std::move(settings), std::move(wiring)));
}

}  // namespace aip::plugins
