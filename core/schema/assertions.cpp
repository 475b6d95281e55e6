#include "schema/assertions.h"

#include "schema/presence.h"

#include <algorithm>

namespace aip::schema {
namespace {

bool within(const Range& range, std::uint64_t count) {
    return count >= range.least && count <= range.most;
}

/// Of what is done for it: reading the number as decimal digits.
constexpr std::uint64_t priceOfDecimal = 128;
constexpr std::uint64_t priceOfLookup = 4;

bool multipleHolds(const Number& number, const Decimal& divisor, Budget& budget) {
    return budget.spend(priceOfDecimal) && Decimal(number).isMultipleOf(divisor, budget);
}

bool numberHolds(const NumberRules& rules, const Value& value, Budget& budget) {
    const Number number = value.number();
    return std::ranges::all_of(rules.bounds, [&](const Bound& bound) { return bound.heldBy(number); }) &&
           (!rules.multipleOf || multipleHolds(number, *rules.multipleOf, budget));
}

bool textHolds(const TextRules& rules, const Value& value, Budget& budget) {
    return lengthHolds(rules.length, value.text(), budget) &&
           (rules.pattern == nullptr || rules.pattern->foundIn(value.text(), budget));
}

bool arrayHolds(const ArrayRules& rules, const Value& value, Budget& budget) {
    return within(rules.size, value.size()) && (!rules.unique || value.size() < 2 || hasUniqueItems(value, budget));
}

bool requiredHold(const ObjectRules& rules, const Value& value, Budget& budget) {
    std::size_t found = 0;
    for (Place key = value.begin(); key != value.end() && found < rules.required.size();
         key = value.at(key + 1).next()) {
        const std::string_view name = value.at(key).text();
        if (!budget.spend(priceOfLookup + name.size())) {
            return false;
        }
        const PropertyTable::Entry* entry = rules.properties.find(name);
        found += entry != nullptr && entry->required ? 1 : 0;
    }
    return found == rules.required.size();
}

bool dependentHold(const ObjectRules& rules, const Value& value, Budget& budget) {
    return !missingDependent(rules, value, budget) && !budget.spent();
}

bool objectHolds(const ObjectRules& rules, const Value& value, Budget& budget) {
    const bool counted = rules.size.least > 0 || rules.size.most != unbounded;
    return (!counted || within(rules.size, value.size())) &&
           (rules.required.empty() || requiredHold(rules, value, budget)) && dependentHold(rules, value, budget);
}

bool typeHolds(const Node& node, const Value& value) {
    return (node.types & value.types()) != 0;
}

}  // namespace

std::uint64_t codePoints(std::string_view text) {
    std::uint64_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    }
    return count;
}

bool lengthHolds(const Range& range, std::string_view text, Budget& budget) {
    constexpr std::uint64_t longestCharacter = 4;
    const std::uint64_t fewest = (text.size() + longestCharacter - 1) / longestCharacter;
    if (fewest >= range.least && text.size() <= range.most) {
        return true;
    }
    if (text.size() < range.least || fewest > range.most || !budget.spend(text.size() / 2)) {
        return false;
    }
    return within(range, codePoints(text));
}

bool isMissing(std::string_view name, const Value& object, Budget& budget) {
    return !budget.spend(priceOfLookup + object.size() * (2 + name.size() / 8)) || object.member(name) == 0;
}

bool assertionsHold(const Node& node, const Value& value, const Tape& schema, Budget& budget) {
    if (!typeHolds(node, value) || (node.constant && !node.constant->contain(value, schema, budget)) ||
        (node.choices && !node.choices->contain(value, schema, budget))) {
        return false;
    }
    switch (value.tag()) {
        case '{':
            return !node.object || objectHolds(*node.object, value, budget);
        case '[':
            return !node.array || arrayHolds(*node.array, value, budget);
        case '"':
            return !node.text || textHolds(*node.text, value, budget);
        case 'l':
        case 'u':
        case 'd':
            return !node.number || numberHolds(*node.number, value, budget);
        default:
            return true;
    }
}

}  // namespace aip::schema
