#pragma once

#include <simdjson.h>

#include <set>
#include <string>

namespace aip::tests {

/// A slow and obvious validator for 2020-12, straight from the specification: what the engine is compared with. Knows
/// all keywords but "pattern", "patternProperties", "$id", anchors and dynamic references; references are "#" and
/// "#/$defs/x".
class Oracle {
  public:
    explicit Oracle(simdjson::dom::element schema) : _root(schema) {}

    bool accepts(simdjson::dom::element value) {
        Seen seen;
        return valid(_root, value, seen);
    }

    static bool same(simdjson::dom::element a, simdjson::dom::element b);

  private:
    using element = simdjson::dom::element;

    /// What has been evaluated of one value.
    struct Seen {
        std::set<std::string> members;
        std::set<std::size_t> items;

        void add(const Seen& other) {
            members.insert(other.members.begin(), other.members.end());
            items.insert(other.items.begin(), other.items.end());
        }
    };

    /// What `schema` evaluates is added to `seen`, if it is satisfied.
    bool adds(element schema, element value, Seen& seen);
    bool valid(element schema, element value, Seen& seen);
    bool assertions(element schema, element value);
    bool numbers(element schema, element value);
    bool members(element schema, element value, Seen& seen);
    bool items(element schema, element value, Seen& seen);
    bool inPlace(element schema, element value, Seen& seen);
    bool alternatives(element schema, element value, Seen& seen);
    bool condition(element schema, element value, Seen& seen);
    bool rest(element schema, element value, Seen& seen);

    element _root;
};

}  // namespace aip::tests
