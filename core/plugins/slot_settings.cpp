#include "plugins/slot_settings.h"

namespace aip::plugins {

std::string_view name(Isolation isolation) {
    switch (isolation) {
        case Isolation::process:
            return "process";
        case Isolation::inProcess:
            return "in_process";
        case Isolation::perCall:
            return "per_call";
    }
    return "unknown";
}

link::Measures ConfinementSettings::renounced() const {
    using link::Measure;
    link::Measures given;
    if (hostView) {
        for (const auto measure :
             {Measure::userNamespace, Measure::pidNamespace, Measure::ipcNamespace, Measure::signalScope}) {
            given.add(measure);
        }
    }
    if (debuggable) {
        given.add(Measure::undumpable);
    }
    return given;
}

}  // namespace aip::plugins
