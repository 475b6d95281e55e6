#pragma once

#include "random.h"

#include <simdjson.h>

#include <string>

namespace aip::tool {

/// Makes up values that a JSON Schema is likely to accept: limits, edges and ordinary ones. What it cannot know,
/// whether all keywords together are satisfied, is for schema::Schema to say.
class SchemaSampler {
  public:
    /// `root` is the document that references lead into; it must live as long as this.
    SchemaSampler(simdjson::dom::element root, Random& random) : _root(root), _random(random) {}

    std::string sample() { return value(_root, 0); }

  private:
    using Element = simdjson::dom::element;

    std::string value(Element schema, int depth);
    std::string typed(std::string_view type, Element schema, int depth);
    std::string object(Element schema, int depth);
    std::string array(Element schema, int depth);
    std::string text(Element schema);
    std::string plainText(std::uint64_t least, std::uint64_t most);
    std::string integer(Element schema);
    std::string number(Element schema);
    std::string anything(int depth);
    std::string_view typeOf(Element schema);
    std::uint64_t count(Element schema, const char* least, const char* most, std::uint64_t usual);
    bool optionalMember(int depth);

    Element _root;
    Random& _random;
};

}  // namespace aip::tool
