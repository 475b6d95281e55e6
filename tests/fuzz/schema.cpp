// JSON Schema: the compiler on any text; the checker against a slow, obvious validator, members turned round.

#include "schema/schema.h"

#include "require.h"
#include "tests/schema/oracle.h"
#include "tests/schema/random_schema.h"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace aip::schema;
using namespace aip::tests;

void compileAnything(std::string_view text) {
    const std::string_view schemaText = text.substr(0, text.find('\n'));
    const auto schema = Schema::compile(schemaText);
    if (!schema) {
        require(!schema.error().text().empty(), "an error says what is wrong");
        return;
    }
    static_cast<void>(schema->check(text.substr(std::min(text.size(), schemaText.size() + 1))));
    static_cast<void>(schema->check(schemaText));
}

void compareWithOracle(std::string_view bytes) {
    Choice choice(bytes);
    const std::string text = randomSchema(choice);
    const std::string value = randomValue(choice);
    const auto schema = Schema::compile(text, {.fallback = Dialect::draft2020});
    if (!schema) {
        return;
    }
    simdjson::dom::parser schemaParser;
    simdjson::dom::parser valueParser;
    const bool expected = Oracle(schemaParser.parse(text)).accepts(valueParser.parse(value));
    require(bool(schema->check(value)) == expected, "the verdict is the oracle's");
    const auto turned = Schema::compile(membersReversed(text), {.fallback = Dialect::draft2020});
    require(turned && bool(turned->check(membersReversed(value))) == expected, "the order of members does not matter");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const std::string_view text(data, size);
    if (text.starts_with('{')) {
        compileAnything(text);
    } else {
        compareWithOracle(text);
    }
    return 0;
}
