#include "schema/words.h"

#include "base/json_text.h"
#include "schema/assertions.h"
#include "schema/presence.h"
#include "schema/value_path.h"
#include "schema/value_words.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace aip::schema {
namespace {

using Kind = Operation::Kind;

constexpr std::size_t shownBytes = 80;
constexpr int followedReferences = 16;

/// Goes from the whole value down to what is wrong, one step at a time.
class Search {
  public:
    Search(const Program& program, const Tape& tape, Machine& machine, Budget& budget)
        : _program(program), _tape(tape), _machine(machine), _budget(budget), _id(program.root), _value(Tape::root) {}

    /// What a step finds counts only if it could pay for it: otherwise the place is known, and no more.
    std::string find() {
        while (true) {
            const std::string place = at();
            if (!step() || _budget.spent()) {
                return place + "does not satisfy the schema";
            }
            if (_found) {
                return *_found;
            }
        }
    }

  private:
    const Node& node() const { return _program.nodes[_id]; }
    Value value() const { return {_tape, _value}; }
    std::string at() const { return _path.empty() ? "" : _path.quoted() + ": "; }
    bool holds(NodeId schema, Place place) { return _machine.satisfies(schema, place, _scope); }

    /// Either finds the words or goes to where they are. False if there are none.
    bool step() {
        if (_id == nothing) {
            return say("is not allowed here");
        }
        _scope = _machine.enter(_scope, _id);
        return wrongType() || wrongChoice() || wrongContent() || wrongOperation() || wrongRest();
    }

    bool say(std::string text) {
        _found = at() + std::move(text);
        return true;
    }

    bool go(NodeId schema, Place place, ValuePath path) {
        _id = schema;
        _value = place;
        _path = std::move(path);
        return true;
    }
    bool go(NodeId schema) { return go(schema, _value, _path); }

    /// The types that a schema may be satisfied by, as far as it names them.
    std::uint8_t typesOf(NodeId id, int depth = 0) {
        const Node& node = _program.nodes[id];
        std::uint8_t types = node.types;
        if (depth == followedReferences || !_budget.spend(1 + node.operations.size())) {
            return types;
        }
        for (const Operation& operation : node.operations) {
            if (operation.kind == Kind::all || operation.kind == Kind::reference) {
                for (const NodeId branch : operation.branches) {
                    types = both(types, typesOf(branch, depth + 1));
                }
            } else if (operation.kind == Kind::any || operation.kind == Kind::one) {
                std::uint8_t some = 0;
                for (const NodeId branch : operation.branches) {
                    some |= typesOf(branch, depth + 1);
                }
                types = both(types, some);
            }
        }
        return types;
    }

    /// "number" has integers in it.
    static std::uint8_t both(std::uint8_t a, std::uint8_t b) {
        const auto full = [](std::uint8_t types) -> std::uint8_t {
            return (types & type::number) != 0 ? types | type::integer : types;
        };
        return full(a) & full(b);
    }

    bool wrongType() {
        const std::uint8_t types = typesOf(_id);
        if (types == 0 || (types & value().types()) != 0) {
            return false;
        }
        return say("expected " + typeNames(types) + ", got " + typeName(value()));
    }

    bool wrongChoice() {
        const Node& node = this->node();
        if (node.choices && !node.choices->contain(value(), _program.tape, _budget)) {
            return say(shown(value()) + " is not one of " + choicesShown());
        }
        if (node.constant && !node.constant->contain(value(), _program.tape, _budget)) {
            return say(shown(value()) + " is not " + shown(Value(_program.tape, node.constantShown)));
        }
        return false;
    }

    std::string choicesShown() const {
        const Value choices(_program.tape, node().choicesShown);
        std::string list;
        for (Place item = choices.begin(); item != choices.end() && list.size() <= 4 * shownBytes;
             item = choices.at(item).next()) {
            list += (list.empty() ? "" : ", ") + choices.at(item).json(4 * shownBytes);
        }
        return base::excerpt(list, 4 * shownBytes);
    }

    bool wrongContent() {
        switch (value().tag()) {
            case '{':
                return node().object && wrongObject(*node().object);
            case '[':
                return node().array && wrongArray(*node().array);
            case '"':
                return node().text && wrongText(*node().text);
            case 'l':
            case 'u':
            case 'd':
                return node().number && wrongNumber(*node().number);
            default:
                return false;
        }
    }

    bool wrongNumber(const NumberRules& rules) {
        constexpr const char* texts[] = {" is less than ", " is more than ", " is not more than ",
                                         " is not less than "};
        const Number number = value().number();
        for (const Bound& bound : rules.bounds) {
            if (!bound.heldBy(number)) {
                return say(shown(value()) + texts[std::size_t(bound.kind)] + shown(Value(_program.tape, bound.shown)));
            }
        }
        return rules.multipleOf && !Decimal(number).isMultipleOf(*rules.multipleOf, _budget) &&
               say("Value should be a multiple of " + shown(Value(_program.tape, rules.multipleOfShown)));
    }

    bool wrongCount(const Range& range, std::uint64_t count, const char* what) {
        const std::string text = std::to_string(count) + " " + what + " are ";
        return (count < range.least && say(text + "fewer than " + std::to_string(range.least))) ||
               (count > range.most && say(text + "more than " + std::to_string(range.most)));
    }

    bool wrongText(const TextRules& rules) {
        if (!lengthHolds(rules.length, value().text(), _budget)) {
            return wrongCount(rules.length, codePoints(value().text()), "characters");
        }
        return rules.pattern != nullptr && !rules.pattern->foundIn(value().text(), _budget) &&
               say(base::excerpt(value().json(shownBytes), shownBytes) + " does not match the pattern " +
                   base::excerpt(rules.pattern->text(), shownBytes));
    }

    bool wrongArray(const ArrayRules& rules) {
        if (wrongCount(rules.size, value().size(), "items")) {
            return true;
        }
        std::size_t position = 0;
        for (Place item = value().begin(); item != value().end(); item = value().at(item).next(), ++position) {
            const NodeId schema = position < rules.prefix.size() ? rules.prefix[position] : rules.rest;
            if (schema == absent) {
                break;
            }
            if (!holds(schema, item)) {
                return go(schema, item, _path.item(position));
            }
        }
        if (rules.unique && !hasUniqueItems(value(), _budget)) {
            return say("two of its items are the same");
        }
        return rules.contains != absent && wrongMatches(rules);
    }

    bool wrongMatches(const ArrayRules& rules) {
        std::uint64_t count = 0;
        for (Place item = value().begin(); item != value().end(); item = value().at(item).next()) {
            count += holds(rules.contains, item) ? 1 : 0;
        }
        return wrongCount(rules.matches, count, "items as 'contains' wants them");
    }

    bool wrongObject(const ObjectRules& rules) {
        return unknownMember(rules) || sayMissing(missingRequired(rules, value(), _budget)) || wrongMember(rules) ||
               wrongCount(rules.size, value().size(), "members") ||
               sayMissing(missingDependent(rules, value(), _budget));
    }

    /// Whether `wrong`, called with the place of each key, finds anything. Costs the bytes of the names.
    template <typename Wrong>
    bool anyMember(Wrong wrong) {
        for (Place key = value().begin(); key != value().end() && _budget.spend(1 + value().at(key).text().size());
             key = value().at(key + 1).next()) {
            if (wrong(key)) {
                return true;
            }
        }
        return false;
    }

    /// The schema for a member that no name and no pattern speaks of; nothing for the others.
    std::optional<NodeId> schemaOfRest(const ObjectRules& rules, std::string_view name) {
        const PropertyTable::Entry* entry = rules.properties.find(name);
        const bool matched =
            (entry != nullptr && entry->schema != absent) ||
            std::ranges::any_of(rules.patterns, [&](const auto& each) { return each.first->foundIn(name, _budget); });
        return matched || rules.additional == absent ? std::nullopt : std::optional(rules.additional);
    }

    bool unknownMember(const ObjectRules& rules) {
        return rules.additional == nothing && anyMember([&](Place key) {
                   const std::string_view name = value().at(key).text();
                   return schemaOfRest(rules, name) && sayUnknown(name);
               });
    }

    bool sayUnknown(std::string_view name) {
        _found = _path.member(name).quoted() + " is not a known parameter";
        return true;
    }

    bool sayMissing(const std::optional<MissingName>& missing) {
        if (missing) {
            _found = _path.member(missing->name).quoted() + " is a required property" +
                     (missing->beside ? " beside '" + base::excerpt(*missing->beside, shownBytes) + "'" : "");
        }
        return missing.has_value();
    }

    bool wrongMember(const ObjectRules& rules) {
        return rules.looksInside && anyMember([&](Place key) { return wrongMember(rules, key); });
    }

    bool wrongMember(const ObjectRules& rules, Place key) {
        const std::string_view name = value().at(key).text();
        if (rules.names != absent && !holds(rules.names, key)) {
            return say("the name " + base::excerpt(base::jsonString(name), shownBytes) + " is not allowed");
        }
        std::vector<NodeId> schemas;
        if (const PropertyTable::Entry* entry = rules.properties.find(name); entry && entry->schema != absent) {
            schemas.push_back(entry->schema);
        }
        for (const auto& [pattern, schema] : rules.patterns) {
            if (pattern->foundIn(name, _budget)) {
                schemas.push_back(schema);
            }
        }
        if (schemas.empty() && rules.additional != absent) {
            schemas.push_back(rules.additional);
        }
        for (const NodeId schema : schemas) {
            if (!holds(schema, key + 1)) {
                return go(schema, key + 1, _path.member(name));
            }
        }
        return false;
    }

    bool wrongOperation() {
        for (const Operation& operation : node().operations) {
            if (wrongOperation(operation)) {
                return true;
            }
        }
        return false;
    }

    bool wrongOperation(const Operation& operation) {
        switch (operation.kind) {
            case Kind::all:
            case Kind::reference:
                return std::ranges::any_of(operation.branches,
                                           [this](NodeId branch) { return !holds(branch, _value) && go(branch); });
            case Kind::dynamic: {
                const NodeId target = _machine.dynamicTarget(operation, _scope);
                return !holds(target, _value) && go(target);
            }
            case Kind::any:
            case Kind::one:
                return wrongAlternatives(operation);
            case Kind::negation:
                return holds(operation.branches.front(), _value) && say(shown(value()) + " is not allowed here");
            case Kind::condition: {
                const NodeId branch = operation.branches[holds(operation.branches[0], _value) ? 1 : 2];
                return branch != absent && !holds(branch, _value) && go(branch);
            }
            case Kind::dependent:
                return value().isObject() && !isMissing(operation.name, value(), _budget) &&
                       !holds(operation.branches.front(), _value) && go(operation.branches.front());
        }
        return false;
    }

    bool wrongAlternatives(const Operation& operation) {
        std::size_t fitting = 0;
        std::vector<NodeId> meant;
        for (const NodeId branch : operation.branches) {
            fitting += holds(branch, _value) ? 1 : 0;
            if ((typesOf(branch) & value().types()) != 0) {
                meant.push_back(branch);
            }
        }
        if (fitting > 1 && operation.kind == Kind::one) {
            return say("fits " + std::to_string(fitting) + " of the alternatives, and should fit one");
        }
        if (fitting != 0) {
            return false;
        }
        return meant.size() == 1
                   ? go(meant.front())
                   : say("fits none of the " + std::to_string(operation.branches.size()) + " alternatives");
    }

    /// Only the machine knows what nothing has evaluated.
    bool wrongRest() {
        using At = Failure::At;
        if (holds(_id, _value)) {
            return false;
        }
        const Failure failure = _machine.failure();
        if (failure.at == At::unevaluatedMember && node().object) {
            const std::string_view name = value().at(failure.place).text();
            return node().object->unevaluated == nothing
                       ? sayUnknown(name)
                       : go(node().object->unevaluated, failure.place + 1, _path.member(name));
        }
        if (failure.at == At::unevaluatedItem && node().array) {
            return go(node().array->unevaluated, failure.place, _path.item(failure.position));
        }
        return false;
    }

    const Program& _program;
    const Tape& _tape;
    Machine& _machine;
    Budget& _budget;
    NodeId _id;
    Place _value;
    Scope _scope = Scopes::none;
    ValuePath _path;
    std::optional<std::string> _found;
};

}  // namespace

std::string describeFailure(const Program& program, const Tape& tape, Machine& machine, Budget& budget) {
    return Search(program, tape, machine, budget).find();
}

}  // namespace aip::schema
