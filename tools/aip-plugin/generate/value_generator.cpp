#include "value_generator.h"

#include "base/json_text.h"
#include "schema_sampler.h"

#include <array>
#include <utility>
#include <vector>

namespace aip::tool {
namespace {

constexpr int attempts = 50;

/// Things of every kind, some of them too large or too deep for comfort.
std::string foreign(Random& random) {
    static const std::array<std::string, 16> kinds{
        "null", "true",  "0",           "-1", "1.5",     "1e308", "-9223372036854775808", "18446744073709551615",
        "\"\"", "\"x\"", "\"\\u0000\"", "[]", "[[],{}]", "{}",    "{\"a\":{\"b\":[1]}}",  "\"%s%n\""};
    if (random.chance(3)) {
        return '"' + std::string(100'000, 'x') + '"';
    }
    return random.chance(3) ? std::string(200, '[') + std::string(200, ']') : random.pick(kinds);
}

using Members = std::vector<std::pair<std::string, std::string>>;

std::string written(const Members& members) {
    std::string out;
    for (const auto& [name, json] : members) {
        out += (out.empty() ? "" : ",") + base::jsonString(name) + ":" + json;
    }
    return "{" + out + "}";
}

/// An object with one thing wrong: a member of another kind, one too few, one too many.
std::string spoiled(Members members, Random& random) {
    const auto way = random.below(members.empty() ? 1 : 3);
    if (way == 0) {
        members.emplace_back("unknown", foreign(random));
        return written(members);
    }
    const auto victim = members.begin() + static_cast<std::ptrdiff_t>(random.below(members.size()));
    if (way == 1) {
        members.erase(victim);
    } else {
        victim->second = foreign(random);
    }
    return written(members);
}

}  // namespace

struct ValueGenerator::Document {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
};

base::Result<ValueGenerator> ValueGenerator::make(std::string_view schema, std::uint64_t seed) {
    auto compiled = schema::Schema::compile(schema);
    if (!compiled) {
        return std::move(compiled).error();
    }
    auto document = std::make_shared<Document>();
    if (const auto problem = document->parser.parse(schema.data(), schema.size()).get(document->root)) {
        return base::Error(base::Code::invalid, simdjson::error_message(problem));
    }
    return ValueGenerator(std::move(document), *std::move(compiled), seed);
}

std::optional<std::string> ValueGenerator::valid() {
    for (int i = 0; i < attempts; ++i) {
        std::string json = SchemaSampler(_document->root, _random).sample();
        if (_schema.check(json)) {
            return json;
        }
    }
    return std::nullopt;
}

std::optional<std::string> ValueGenerator::violating() {
    for (int i = 0; i < attempts; ++i) {
        const std::string sample = SchemaSampler(_document->root, _random).sample();
        simdjson::dom::parser parser;
        simdjson::dom::object object;
        std::string json = foreign(_random);
        if (!_random.chance(5) && !parser.parse(sample).get(object)) {
            Members members;
            for (const auto member : object) {
                members.emplace_back(member.key, simdjson::minify(member.value));
            }
            json = spoiled(std::move(members), _random);
        }
        if (!_schema.check(json)) {
            return json;
        }
    }
    return std::nullopt;
}

}  // namespace aip::tool
