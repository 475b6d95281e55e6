#include "base/json_schema.h"

#include "base/json_mismatch.h"
#include "base/json_parser.h"
#include "base/json_reference.h"
#include "base/json_text.h"
#include "base/simdjson_adapter.h"

#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validation_visitor.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <regex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// valijson cuts a number down to 64 bits first: undefined for 1e300, and 5.5 would be a multiple of 5.
template <>
bool valijson::ValidationVisitor<aip::base::SimdjsonAdapter>::visit(const MultipleOfIntConstraint& constraint) {
    std::int64_t whole = 0;
    double number = 0;
    const bool multiple = m_target.getInteger(whole)   ? whole % constraint.getDivisor() == 0
                          : m_target.getDouble(number) ? std::fmod(number, double(constraint.getDivisor())) == 0
                                                       : true;
    if (!multiple && m_results != nullptr) {
        m_results->pushError(m_context, "Value should be a multiple of " + std::to_string(constraint.getDivisor()));
    }
    return multiple;
}

namespace aip::base {
namespace {

using simdjson::dom::element;
using valijson::adapters::Adapter;
using valijson::constraints::Constraint;
using valijson::constraints::PolyConstraint;

/// "pattern", with the expression compiled once and never applied to a long text. valijson's own check of the keyword,
/// which compiles on each use and has no bound, is given an expression that matches anything.
class PatternCheck final : public PolyConstraint {
  public:
    explicit PatternCheck(const std::regex& pattern) : _pattern(&pattern) {}

    bool validate(const Adapter& target, const std::vector<std::string>& context,
                  valijson::ValidationResults* results) const override {
        std::string text;
        if (!target.getString(text) || matchesPattern(*_pattern, text)) {
            return true;
        }
        if (results != nullptr) {
            results->pushError(context, "does not match the pattern");
        }
        return false;
    }

  private:
    Constraint* cloneInto(void* place) const override { return new (place) PatternCheck(*this); }
    std::size_t sizeOf() const override { return sizeof(PatternCheck); }

    const std::regex* _pattern;
};

class PatternBuilder final : public valijson::ConstraintBuilder {
  public:
    explicit PatternBuilder(std::map<std::string, std::regex>& patterns) : _patterns(patterns) {}

    Constraint* make(const Adapter& value) const override {
        const std::string text = value.getString();
        if (text.find('\0') != std::string::npos) {
            throw std::runtime_error("a pattern holds a zero byte");
        }
        return new PatternCheck(_patterns.try_emplace(text, text).first->second);
    }

  private:
    std::map<std::string, std::regex>& _patterns;
};

/// For a keyword that is only looked at while the schema is read.
class Nothing final : public PolyConstraint {
  public:
    bool validate(const Adapter& /*target*/, const std::vector<std::string>& /*context*/,
                  valijson::ValidationResults* /*results*/) const override {
        return true;
    }

  private:
    Constraint* cloneInto(void* place) const override { return new (place) Nothing(*this); }
    std::size_t sizeOf() const override { return sizeof(Nothing); }
};

/// Lets no "multipleOf" pass that valijson would divide by zero with.
class DivisorBuilder final : public valijson::ConstraintBuilder {
  public:
    Constraint* make(const Adapter& value) const override {
        if (!value.isNumber() || value.asDouble() <= 0) {
            throw std::runtime_error("multipleOf must be a number more than 0");
        }
        return new Nothing();
    }
};

class Refuse final : public valijson::ConstraintBuilder {
  public:
    Refuse(std::string keyword, std::vector<std::string> values)
        : _keyword(std::move(keyword)), _values(std::move(values)) {}

    /// Refuses the values listed, any if none is listed.
    Constraint* make(const Adapter& value) const override {
        if (!_values.empty() && std::ranges::find(_values, value.asString()) == _values.end()) {
            return new Nothing();
        }
        throw std::runtime_error(_keyword + (_values.empty() ? "" : " '" + value.asString() + "'") +
                                 " is not supported");
    }

  private:
    std::string _keyword;
    std::vector<std::string> _values;
};

std::optional<std::string> repeatedMember(simdjson::dom::object members) {
    std::vector<std::string_view> names;
    for (const auto& member : members) {
        names.push_back(member.key);
    }
    std::ranges::sort(names);
    const auto repeated = std::ranges::adjacent_find(names);
    return repeated == names.end() ? std::nullopt : std::optional(std::string(*repeated));
}

/// The first member found twice in one object, at any depth.
std::optional<std::string> duplicateMember(element value) {
    std::optional<std::string> found;
    simdjson::dom::array items;
    simdjson::dom::object members;
    if (!value.get(items)) {
        for (auto item = items.begin(); !found && item != items.end(); ++item) {
            found = duplicateMember(*item);
        }
    } else if (!value.get(members)) {
        found = repeatedMember(members);
        for (auto member = members.begin(); !found && member != members.end(); ++member) {
            found = duplicateMember(member.value());
        }
    }
    return found;
}

/// valijson's own words, for a keyword that describeMismatch() does not know. The innermost comes first.
std::string describe(const valijson::ValidationResults& results) {
    if (results.begin() == results.end()) {
        return "does not satisfy the schema";
    }
    std::string path;
    for (const std::string& step : results.begin()->context) {
        // valijson writes "<root>", "[options]", "[0]"
        if (step.starts_with('[')) {
            path += (path.empty() ? "" : ".") + step.substr(1, step.size() - 2);
        }
    }
    const std::string& text = results.begin()->description;
    return path.empty() ? text : "'" + excerpt(path, 80) + "': " + text;
}

}  // namespace

struct JsonSchema::Compiled {
    simdjson::dom::parser parser;
    element root;
    std::map<std::string, std::regex> patterns;
    valijson::Schema schema;
    /// Every pattern, neutralised: valijson looks them up here and finds all, so nothing is ever added.
    mutable std::unordered_map<std::string, std::regex> neutral;

    void compile() {
        valijson::SchemaParser reader;
        reader.addConstraintBuilder("pattern", new PatternBuilder(patterns));
        reader.addConstraintBuilder("multipleOf", new DivisorBuilder());
        reader.addConstraintBuilder("patternProperties", new Refuse("patternProperties", {}));
        reader.addConstraintBuilder("format", new Refuse("format", {"date", "time", "date-time"}));
        reader.populateSchema(SimdjsonAdapter(root), schema);
        for (const auto& pattern : patterns) {
            neutral.emplace(pattern.first, std::regex(""));
        }
    }

    bool satisfiedBy(element value, valijson::ValidationResults* results) const {
        valijson::ValidationVisitor<SimdjsonAdapter> visitor(SimdjsonAdapter(value), {"<root>"}, true, results,
                                                             neutral);
        return visitor.validateSchema(schema);
    }

    Result<void> check(element value, std::size_t size) const {
        if (const auto twice = duplicateMember(value)) {
            return Error(Code::invalid, "'" + excerpt(*twice, 80) + "' is given twice");
        }
        if (satisfiedBy(value, nullptr)) {
            return {};
        }
        std::string text = describeMismatch(root, value);
        if (text.empty()) {
            constexpr std::size_t small = 1UL << 16U;
            valijson::ValidationResults results;
            // On a large value the results, one per mismatch, would be larger still.
            text = size > small || satisfiedBy(value, &results) ? describe({}) : describe(results);
        }
        return Error(Code::invalid, std::move(text));
    }
};

Result<JsonSchema> JsonSchema::compile(std::string_view schema) {
    auto compiled = std::make_shared<Compiled>();
    auto root = parseJson(compiled->parser, schema, Padding::none);
    if (!root) {
        return std::move(root).error().within("JSON Schema");
    }
    compiled->root = *root;
    if (const auto twice = duplicateMember(*root)) {
        return Error(Code::invalid, "JSON Schema: '" + *twice + "' is given twice");
    }
    if (auto references = checkReferences(*root); !references) {
        return std::move(references).error().within("JSON Schema");
    }
    try {
        compiled->compile();
    } catch (const std::exception& problem) {
        return Error(Code::invalid, std::string("JSON Schema: ") + problem.what());
    }
    return JsonSchema(std::move(compiled));
}

Result<void> JsonSchema::check(std::string_view json, Padding padding) const {
    const ThreadParser parser;
    auto value = parseJson(*parser, json, padding);
    if (!value) {
        return std::move(value).error();
    }
    try {
        return _compiled->check(*value, json.size());
    } catch (const std::exception& problem) {
        return Error(Code::invalid, std::string("does not satisfy the schema: ") + problem.what());
    }
}

}  // namespace aip::base
