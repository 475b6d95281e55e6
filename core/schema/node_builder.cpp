#include "schema/node_builder.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace aip::schema {
namespace {

using Kind = Operation::Kind;

/// Beyond 2^64 nothing is that large.
std::uint64_t countOf(const Value& value) {
    const Number number = value.number();
    return number.compare(Number::of(unbounded)) < 0 ? number.bits() : unbounded;
}

std::vector<std::string_view> textsOf(const Value& array) {
    std::vector<std::string_view> texts;
    for (Place item = array.begin(); item != array.end(); item = array.at(item).next()) {
        texts.push_back(array.at(item).text());
    }
    return texts;
}

std::vector<Value> itemsOf(const Value& array) {
    std::vector<Value> items;
    for (Place item = array.begin(); item != array.end(); item = array.at(item).next()) {
        items.push_back(array.at(item));
    }
    return items;
}

std::uint8_t typesOf(const Value& value) {
    if (value.isString()) {
        return typeBit(value.text());
    }
    std::uint8_t types = 0;
    for (const std::string_view name : textsOf(value)) {
        types |= typeBit(name);
    }
    return types;
}

/// A value that satisfies a branch of these too easily may be refused for it.
bool isContrary(Keyword keyword) {
    return keyword == Keyword::notSchema || keyword == Keyword::ifSchema || keyword == Keyword::oneOf ||
           keyword == Keyword::maxContains;
}

template <typename Rules>
Rules& made(std::unique_ptr<Rules>& rules) {
    if (!rules) {
        rules = std::make_unique<Rules>();
    }
    return *rules;
}

class NodeBuilder {
  public:
    NodeBuilder(const Value& schema, CompileContext& context) : _schema(schema), _context(context) {}

    Node build() {
        const Place reference = _schema.member("$ref");
        if (_context.dialect() == Dialect::draft7 && reference != 0) {
            refer(_schema.at(reference));
            _node.alias = true;
        } else {
            const std::size_t said = readKeywords();
            _node.alias = said == 1 && reference != 0;
        }
        finish();
        return std::move(_node);
    }

  private:
    /// How many of them say anything about a value.
    std::size_t readKeywords() {
        std::size_t said = 0;
        for (Place key = _schema.begin(); key != _schema.end(); key = _schema.at(key + 1).next()) {
            const KeywordRow* row = findKeyword(_schema.at(key).text(), _context.dialect());
            if (row != nullptr && row->keyword != Keyword::annotation) {
                read(row->keyword, _schema.at(key + 1));
                _context.program().needsEveryPattern |= isContrary(row->keyword);
                said += row->keyword == Keyword::definitions || row->keyword == Keyword::dialect ? 0 : 1;
            }
        }
        return said;
    }

    void read(Keyword keyword, const Value& value) {
        switch (keyword) {
            case Keyword::type:
                _node.types = typesOf(value);
                return;
            case Keyword::enumeration:
                _node.choices.emplace(itemsOf(value));
                _node.choicesShown = value.place();
                return;
            case Keyword::constant:
                _node.constant.emplace(std::vector<Value>{value});
                _node.constantShown = value.place();
                return;
            default:
                if (!readNumber(keyword, value) && !readText(keyword, value) && !readArray(keyword, value) &&
                    !readObject(keyword, value) && !readDependency(keyword, value)) {
                    readInPlace(keyword, value);
                }
        }
    }

    void bound(Bound::Kind kind, const Value& value) {
        made(_node.number).bounds.push_back({kind, value.number(), value.place()});
    }

    bool readNumber(Keyword keyword, const Value& value) {
        switch (keyword) {
            case Keyword::minimum:
                bound(Bound::Kind::minimum, value);
                return true;
            case Keyword::maximum:
                bound(Bound::Kind::maximum, value);
                return true;
            case Keyword::exclusiveMinimum:
                bound(Bound::Kind::exclusiveMinimum, value);
                return true;
            case Keyword::exclusiveMaximum:
                bound(Bound::Kind::exclusiveMaximum, value);
                return true;
            case Keyword::multipleOf:
                made(_node.number).multipleOf.emplace(value.number());
                _node.number->multipleOfShown = value.place();
                return true;
            default:
                return false;
        }
    }

    bool readText(Keyword keyword, const Value& value) {
        switch (keyword) {
            case Keyword::minLength:
                made(_node.text).length.least = countOf(value);
                return true;
            case Keyword::maxLength:
                made(_node.text).length.most = countOf(value);
                return true;
            case Keyword::pattern:
                made(_node.text).pattern = _context.pattern(value.text());
                return true;
            default:
                return false;
        }
    }

    bool readArray(Keyword keyword, const Value& value) {
        switch (keyword) {
            case Keyword::minItems:
                made(_node.array).size.least = countOf(value);
                return true;
            case Keyword::maxItems:
                made(_node.array).size.most = countOf(value);
                return true;
            case Keyword::uniqueItems:
                made(_node.array).unique = value.isTrue();
                return true;
            case Keyword::prefixItems:
                made(_node.array).prefix = nodesIn(value);
                return true;
            case Keyword::items:
                readItems(value);
                return true;
            case Keyword::contains:
                made(_node.array).contains = nodeOf(value);
                return true;
            case Keyword::minContains:
                made(_node.array).matches.least = countOf(value);
                return true;
            case Keyword::maxContains:
                made(_node.array).matches.most = countOf(value);
                return true;
            case Keyword::unevaluatedItems:
                made(_node.array).unevaluated = nodeOf(value);
                return true;
            default:
                return false;
        }
    }

    /// In the older way an array is what "prefixItems" is now, and "additionalItems" what "items" is.
    void readItems(const Value& items) {
        if (!items.isArray()) {
            made(_node.array).rest = nodeOf(items);
            return;
        }
        made(_node.array).prefix = nodesIn(items);
        if (const Place rest = _schema.member("additionalItems"); rest != 0) {
            _node.array->rest = _context.nodeAt(rest);
        }
    }

    bool readObject(Keyword keyword, const Value& value) {
        switch (keyword) {
            case Keyword::minProperties:
                made(_node.object).size.least = countOf(value);
                return true;
            case Keyword::maxProperties:
                made(_node.object).size.most = countOf(value);
                return true;
            case Keyword::required:
                readRequired(textsOf(value));
                return true;
            case Keyword::properties:
                readProperties(value);
                return true;
            case Keyword::patternProperties:
                readPatternProperties(value);
                return true;
            case Keyword::additionalProperties:
                made(_node.object).additional = nodeOf(value);
                return true;
            case Keyword::propertyNames:
                made(_node.object).names = nodeOf(value);
                return true;
            case Keyword::unevaluatedProperties:
                made(_node.object).unevaluated = nodeOf(value);
                return true;
            default:
                return false;
        }
    }

    void readRequired(const std::vector<std::string_view>& names) {
        for (const std::string_view name : names) {
            const std::uint32_t number = made(_node.object).properties.number(name);
            _node.object->properties.entries()[number].required = true;
            _node.object->required.push_back(number);
        }
    }

    void readProperties(const Value& map) {
        for (Place key = map.begin(); key != map.end(); key = map.at(key + 1).next()) {
            made(_node.object).properties.entry(map.at(key).text()).schema = _context.nodeAt(key + 1);
        }
    }

    void readPatternProperties(const Value& map) {
        for (Place key = map.begin(); key != map.end(); key = map.at(key + 1).next()) {
            if (const Pattern* pattern = _context.pattern(map.at(key).text())) {
                made(_node.object).patterns.emplace_back(pattern, _context.nodeAt(key + 1));
            } else {
                _context.program().needsEveryPattern = true;
            }
        }
    }

    bool readDependency(Keyword keyword, const Value& map) {
        if (keyword != Keyword::dependencies && keyword != Keyword::dependentRequired &&
            keyword != Keyword::dependentSchemas) {
            return false;
        }
        for (Place key = map.begin(); key != map.end(); key = map.at(key + 1).next()) {
            const std::string_view name = map.at(key).text();
            if (map.at(key + 1).isArray()) {
                requireBeside(name, textsOf(map.at(key + 1)));
            } else {
                operation(Kind::dependent, {_context.nodeAt(key + 1)}, name);
            }
        }
        return true;
    }

    void requireBeside(std::string_view name, const std::vector<std::string_view>& required) {
        PropertyTable& names = made(_node.object).properties;
        Dependency dependency{.name = names.number(name), .required = {}};
        for (const std::string_view each : required) {
            dependency.required.push_back(names.number(each));
        }
        _node.object->dependencies.push_back(std::move(dependency));
    }

    void readInPlace(Keyword keyword, const Value& value) {
        switch (keyword) {
            case Keyword::allOf:
                return operation(Kind::all, nodesIn(value));
            case Keyword::anyOf:
                return operation(Kind::any, nodesIn(value));
            case Keyword::oneOf:
                return operation(Kind::one, nodesIn(value));
            case Keyword::notSchema:
                return operation(Kind::negation, {nodeOf(value)});
            case Keyword::ifSchema:
                return operation(Kind::condition, {nodeOf(value), member("then"), member("else")});
            case Keyword::ref:
                return refer(value);
            case Keyword::dynamicRef:
                return referDynamically(value);
            default:
                return;  // read with another keyword, or says nothing about the value
        }
    }

    void refer(const Value& reference) {
        operation(Kind::reference, {_context.referenced(reference.text(), _schema.place())});
    }

    void referDynamically(const Value& reference) {
        const auto anchor = _context.dynamicAnchor(reference.text(), _schema.place());
        operation(anchor ? Kind::dynamic : Kind::reference, {_context.referenced(reference.text(), _schema.place())});
        _node.operations.back().anchor = anchor.value_or(0);
    }

    void operation(Kind kind, std::vector<NodeId> branches, std::string_view name = {}) {
        _node.operations.push_back({.kind = kind, .branches = std::move(branches), .name = name});
    }

    NodeId nodeOf(const Value& schema) { return _context.nodeAt(schema.place()); }

    NodeId member(const char* name) {
        const Place place = _schema.member(name);
        return place == 0 ? absent : _context.nodeAt(place);
    }

    std::vector<NodeId> nodesIn(const Value& array) {
        std::vector<NodeId> nodes;
        for (Place item = array.begin(); item != array.end(); item = array.at(item).next()) {
            nodes.push_back(_context.nodeAt(item));
        }
        return nodes;
    }

    void finish() {
        if (_node.object) {
            finish(*_node.object);
        }
        const bool items = _node.array && (!_node.array->prefix.empty() || _node.array->rest != absent ||
                                           _node.array->contains != absent || _node.array->unevaluated != absent);
        _node.leaf = _node.operations.empty() && !items && !(_node.object && _node.object->looksInside);
    }

    static void finish(ObjectRules& rules) {
        const auto hasSchema = [](const PropertyTable::Entry& entry) { return entry.schema != absent; };
        rules.looksInside = rules.additional != absent || rules.names != absent || rules.unevaluated != absent ||
                            !rules.patterns.empty() || std::ranges::any_of(rules.properties.entries(), hasSchema);
    }

    Value _schema;
    CompileContext& _context;
    Node _node;
};

}  // namespace

Node buildNode(const Value& schema, CompileContext& context) {
    return NodeBuilder(schema, context).build();
}

}  // namespace aip::schema
