#include "schema/presence.h"

#include <algorithm>

namespace aip::schema {
namespace {

std::optional<std::uint32_t> firstMissing(const std::vector<std::uint32_t>& names, const Presence& presence,
                                          Budget& budget) {
    if (!budget.spend(names.size())) {
        return std::nullopt;
    }
    const auto missing = std::ranges::find_if(names, [&](std::uint32_t name) { return !presence.has(name); });
    return missing == names.end() ? std::nullopt : std::optional(*missing);
}

}  // namespace

Presence::Presence(const PropertyTable& names, const Value& object, Budget& budget) : _has(names.entries().size()) {
    bool affordable = budget.spend(1 + _has.size() / 64);
    for (Place key = object.begin(); affordable && key != object.end(); key = object.at(key + 1).next()) {
        const std::string_view name = object.at(key).text();
        affordable = budget.spend(1 + name.size());
        if (const auto* entry = affordable ? names.find(name) : nullptr) {
            _has[names.numberOf(*entry)] = true;
        }
    }
}

std::optional<MissingName> missingRequired(const ObjectRules& rules, const Value& object, Budget& budget) {
    if (rules.required.empty()) {
        return std::nullopt;
    }
    const Presence presence(rules.properties, object, budget);
    const auto missing = firstMissing(rules.required, presence, budget);
    return missing ? std::optional(MissingName{rules.properties.entries()[*missing].name, std::nullopt}) : std::nullopt;
}

std::optional<MissingName> missingDependent(const ObjectRules& rules, const Value& object, Budget& budget) {
    if (rules.dependencies.empty()) {
        return std::nullopt;
    }
    const auto& names = rules.properties.entries();
    const Presence presence(rules.properties, object, budget);
    if (!budget.spend(rules.dependencies.size())) {
        return std::nullopt;
    }
    for (const Dependency& dependency : rules.dependencies) {
        const bool present = presence.has(dependency.name);
        if (const auto missing = present ? firstMissing(dependency.required, presence, budget) : std::nullopt) {
            return MissingName{names[*missing].name, names[dependency.name].name};
        }
    }
    return std::nullopt;
}

}  // namespace aip::schema
