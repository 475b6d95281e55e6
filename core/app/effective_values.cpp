#include "app/effective_values.h"

#include "app/setting_keys.h"

namespace aip::app {
namespace {

/// Looking for the known name that is nearest takes its time, and nobody reads so many.
constexpr std::size_t mostProposals = 100;

}  // namespace

EffectiveValues effectiveValues(const Configuration& configuration, Findings& findings) {
    EffectiveValues chosen;
    std::size_t unknown = 0;
    for (const auto& value : configuration.values) {
        if (!isKnownKey(value.key)) {
            const bool proposed = ++unknown <= mostProposals;
            findings.add({Found::unknownKey, value.origin, "", unknownKey(value.key, proposed)});
            continue;
        }
        const auto [before, first] = chosen.try_emplace(value.key, value);
        if (!first) {
            findings.add({Found::replacedValue, before->second.origin, value.key, "replaced by " + value.origin});
            before->second = value;
        }
    }
    return chosen;
}

}  // namespace aip::app
