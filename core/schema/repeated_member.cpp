#include "schema/repeated_member.h"

#include "schema/equality.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::schema {
namespace {

constexpr std::size_t fewMembers = 32;

using Name = std::pair<std::uint64_t, std::string_view>;

/// Fills `names`, as large as the object.
template <typename Names>
void collect(const Value& object, Names& names) {
    std::size_t count = 0;
    for (Place key = object.begin(); key != object.end(); key = object.at(key + 1).next()) {
        const std::string_view name = object.at(key).text();
        names[count++] = {hashText(name), name};
    }
}

std::string_view repeatedOfFew(const Value& object, std::size_t size) {
    std::array<Name, fewMembers> names;
    collect(object, names);
    for (std::size_t a = 1; a < size; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            if (names[a].first == names[b].first && names[a].second == names[b].second) {
                return names[a].second;
            }
        }
    }
    return {};
}

std::string_view repeatedOfMany(const Value& object, std::size_t size) {
    std::vector<Name> names(size);
    collect(object, names);
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    return twice == names.end() ? std::string_view() : twice->second;
}

}  // namespace

std::optional<std::string> repeatedMember(const Tape& tape) {
    const Place end = static_cast<Place>(tape.size());
    Place place = Tape::root;
    while (place < end) {
        const Value value(tape, place);
        if (value.isObject()) {
            const std::size_t size = value.size();
            const std::string_view name = size < 2             ? std::string_view()
                                          : size <= fewMembers ? repeatedOfFew(value, size)
                                                               : repeatedOfMany(value, size);
            if (name.data() != nullptr) {
                return std::string(name);
            }
        }
        place = value.isObject() || value.isArray() ? place + 1 : value.next();
    }
    return std::nullopt;
}

}  // namespace aip::schema
