#include "plugins/make_slot.h"

#include "plugins/in_process_slot.h"
#include "plugins/process_slot.h"

#include <type_traits>
#include <utility>

namespace aip::plugins {

std::shared_ptr<Slot> makeSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings,
                               SlotWiring wiring, Retire retire) {
    const auto make = [&]<typename Kind>(std::type_identity<Kind>) {
        return lease(
            std::make_shared<Kind>(std::move(manifest), std::move(library), std::move(settings), std::move(wiring)),
            std::move(retire));
    };
    return settings.isolation == Isolation::inProcess ? make(std::type_identity<InProcessSlot>())
                                                      : make(std::type_identity<ProcessSlot>());
}

}  // namespace aip::plugins
