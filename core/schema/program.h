#pragma once

#include "base/byte_budget.h"
#include "base/error.h"
#include "schema/allowance.h"
#include "schema/equality.h"
#include "schema/number.h"
#include "schema/pattern.h"
#include "schema/value.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace aip::schema {

using NodeId = std::uint32_t;
using ResourceId = std::uint32_t;
using AnchorId = std::uint32_t;

inline constexpr NodeId anything = 0;  ///< the schema true
inline constexpr NodeId nothing = 1;   ///< the schema false
inline constexpr NodeId absent = ~NodeId(0);
inline constexpr std::uint64_t unbounded = ~std::uint64_t(0);

/// "minimum" and the like. `shown` is where the number stands in the schema.
struct Bound {
    enum class Kind : std::uint8_t { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
    Kind kind;
    Number limit;
    Place shown;

    bool heldBy(const Number& number) const {
        const int order = number.compare(limit);
        switch (kind) {
            case Kind::minimum:
                return order >= 0;
            case Kind::maximum:
                return order <= 0;
            case Kind::exclusiveMinimum:
                return order > 0;
            default:
                return order < 0;
        }
    }
};

struct NumberRules {
    std::vector<Bound> bounds;
    std::optional<Decimal> multipleOf;
    Place multipleOfShown = 0;
};

/// How many; at most `most`.
struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = unbounded;
};

struct TextRules {
    Range length;  ///< in code points
    const Pattern* pattern = nullptr;
};

struct ArrayRules {
    Range size;
    bool unique = false;
    std::vector<NodeId> prefix;
    NodeId rest = absent;
    NodeId contains = absent;
    Range matches{.least = 1};  ///< items that `contains` describes
    NodeId unevaluated = absent;
};

/// The names that an object's rules speak of.
class PropertyTable {
  public:
    struct Entry {
        std::string_view name;
        NodeId schema = absent;
        bool required = false;
    };

    /// The entry of `name`, added if there is none.
    Entry& entry(std::string_view name);
    /// Its number among the entries.
    std::uint32_t number(std::string_view name) { return numberOf(entry(name)); }
    std::uint32_t numberOf(const Entry& entry) const { return static_cast<std::uint32_t>(&entry - _entries.data()); }
    const Entry* find(std::string_view name) const;
    std::vector<Entry>& entries() { return _entries; }
    const std::vector<Entry>& entries() const { return _entries; }

  private:
    std::size_t slotOf(std::string_view name) const;
    void grow();

    std::vector<Entry> _entries;
    std::vector<std::uint32_t> _slots;  ///< 1 + the number of an entry, by hash
};

/// "dependentRequired": names by their numbers in the table.
struct Dependency {
    std::uint32_t name;
    std::vector<std::uint32_t> required;
};

struct ObjectRules {
    Range size;
    PropertyTable properties;
    std::vector<std::uint32_t> required;  ///< numbers in the table
    std::vector<std::pair<const Pattern*, NodeId>> patterns;
    NodeId additional = absent;
    NodeId names = absent;
    std::vector<Dependency> dependencies;
    NodeId unevaluated = absent;
    bool looksInside = false;  ///< a schema for members or their names
};

/// Schemas that apply to the same value as the one in which they stand.
struct Operation {
    enum class Kind : std::uint8_t { all, any, one, negation, condition, dependent, reference, dynamic };
    Kind kind;
    std::vector<NodeId> branches;  ///< of a condition: if, then, else
    std::string_view name{};       ///< of the member of `dependent`
    AnchorId anchor = 0;           ///< of `dynamic`
};

/// A schema, ready to be applied.
struct Node {
    std::uint8_t types = type::any;
    ResourceId resource = 0;
    bool leaf = true;         ///< no schema within it
    bool remembered = false;  ///< worth remembering the outcome for a value: several ways lead here
    bool alias = false;       ///< nothing but a reference
    std::optional<Choices> choices;
    std::optional<Choices> constant;
    Place choicesShown = 0;
    Place constantShown = 0;
    std::unique_ptr<NumberRules> number;
    std::unique_ptr<TextRules> text;
    std::unique_ptr<ArrayRules> array;
    std::unique_ptr<ObjectRules> object;
    std::vector<Operation> operations;
};

/// A compiled schema. Immutable once compiled; the views in it point into `document`.
struct Program {
    /// Of what all programs of a ProgramPool hold; none outside one. The first member: given back when all else is
    /// gone.
    std::optional<base::ByteBudget::Share> share;
    std::string key{};                     ///< in the pool
    Allowance taken{};                     ///< for compiling it
    std::shared_ptr<const void> document;  ///< owns what `tape` points to
    Tape tape;
    std::vector<Node> nodes;
    std::deque<Pattern> patterns;
    NodeId root = anything;
    /// By its number: where a dynamic anchor stands, if it stands in several resources.
    std::vector<std::unordered_map<ResourceId, NodeId>> dynamicAnchors;
    std::vector<std::string> warnings;
    std::vector<std::string> unchecked;  ///< see Schema::unchecked()
    bool needsEveryPattern = false;      ///< without one of them it could refuse what satisfies it

    /// Adds `bytes` to its share. EXHAUSTED if so much is not left.
    base::Result<void> hold(std::size_t bytes);
};

/// Calls `visit` with each reference to a node in `node` that applies to the same value.
template <typename Visit>
void forEachInPlace(Node& node, Visit visit) {
    for (Operation& operation : node.operations) {
        for (NodeId& branch : operation.branches) {
            visit(branch);
        }
    }
}

/// Calls `visit` with every reference to a node in `node`; some are `absent`.
template <typename Visit>
void forEachBranch(Node& node, Visit visit) {
    forEachInPlace(node, visit);
    if (node.array) {
        for (NodeId& each : node.array->prefix) {
            visit(each);
        }
        visit(node.array->rest);
        visit(node.array->contains);
        visit(node.array->unevaluated);
    }
    if (node.object) {
        for (auto& each : node.object->properties.entries()) {
            visit(each.schema);
        }
        for (auto& each : node.object->patterns) {
            visit(each.second);
        }
        visit(node.object->additional);
        visit(node.object->names);
        visit(node.object->unevaluated);
    }
}

}  // namespace aip::schema
