#include "app/effective_values.h"

#include "app/setting_keys.h"

namespace aip::app {

EffectiveValues effectiveValues(const Configuration& configuration, Findings& findings) {
    EffectiveValues chosen;
    for (const auto& value : configuration.values) {
        if (!isKnownKey(value.key)) {
            findings.add({Severity::error, value.origin, "", unknownKey(value.key)});
            continue;
        }
        const auto [before, first] = chosen.try_emplace(value.key, value);
        if (!first) {
            findings.add({Severity::note, before->second.origin, value.key, "replaced by " + value.origin});
            before->second = value;
        }
    }
    return chosen;
}

}  // namespace aip::app
