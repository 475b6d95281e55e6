#include "schema/value_words.h"

#include "base/json_text.h"

#include <array>
#include <utility>

namespace aip::schema {

std::string shown(const Value& value) {
    constexpr std::size_t longest = 80;
    return value.isArray() || value.isObject() ? "..." : base::excerpt(value.json(longest), longest);
}

std::string typeNames(std::uint8_t types) {
    constexpr std::array<std::pair<std::uint8_t, const char*>, 7> names{{{type::string, "string"},
                                                                         {type::integer, "integer"},
                                                                         {type::number, "number"},
                                                                         {type::boolean, "boolean"},
                                                                         {type::array, "array"},
                                                                         {type::object, "object"},
                                                                         {type::null, "null"}}};
    std::string text;
    for (const auto& [bit, name] : names) {
        const bool said = bit == type::integer && (types & type::number) != 0;  // "number" says so
        if ((types & bit) != 0 && !said) {
            text.append(text.empty() ? "" : " or ").append(name);
        }
    }
    return text;
}

std::string typeName(const Value& value) {
    const std::uint8_t types = value.types();
    return typeNames((types & type::integer) != 0 ? type::integer : types);
}

}  // namespace aip::schema
