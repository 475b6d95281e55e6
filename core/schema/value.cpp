#include "schema/value.h"

#include "base/json_text.h"

#include <bit>
#include <vector>

namespace aip::schema {
namespace {

std::string scalarJson(const Value& value, std::uint64_t bits, std::size_t limit) {
    switch (value.tag()) {
        case '"':
            return base::jsonString(value.text().substr(0, limit));
        case 'l':
            return std::to_string(std::bit_cast<std::int64_t>(bits));
        case 'u':
            return std::to_string(bits);
        case 'd':
            return decimalText(std::bit_cast<double>(bits));
        case 't':
            return "true";
        case 'f':
            return "false";
        default:
            return "null";
    }
}

}  // namespace

std::uint8_t Value::types() const {
    switch (tag()) {
        case '{':
            return type::object;
        case '[':
            return type::array;
        case '"':
            return type::string;
        case 'l':
        case 'u':
            return type::number | type::integer;
        case 'd':
            return number().isInteger() ? type::number | type::integer : type::number;
        case 'n':
            return type::null;
        default:
            return type::boolean;
    }
}

Number Value::number() const {
    const std::uint64_t bits = _tape->words[_place + 1];
    switch (tag()) {
        case 'l':
            return Number::of(std::bit_cast<std::int64_t>(bits));
        case 'u':
            return Number::of(bits);
        default:
            return Number::of(std::bit_cast<double>(bits));
    }
}

std::size_t Value::size() const {
    constexpr std::size_t saturated = 0xFFFFFF;
    std::size_t count = (word() >> 32U) & saturated;
    if (count == saturated) {
        count = 0;
        for (Place at = begin(); at != end(); at = this->at(isObject() ? at + 1 : at).next()) {
            ++count;
        }
    }
    return count;
}

Place Value::member(std::string_view name) const {
    for (Place key = begin(); key != end(); key = at(key + 1).next()) {
        if (at(key).text() == name) {
            return key + 1;
        }
    }
    return 0;
}

std::string Value::json(std::size_t limit) const {
    std::string out;
    std::vector<char> open;
    bool first = true;
    bool isKey = false;
    Place place = _place;
    do {
        const Value value = at(place);
        const char tag = value.tag();
        if (tag == '}' || tag == ']') {
            out += tag;
            open.pop_back();
            ++place;
            first = false;
        } else {
            const bool inObject = !open.empty() && open.back() == '{';
            out += isKey ? ":" : first ? "" : ",";
            isKey = inObject && !isKey;
            first = tag == '{' || tag == '[';
            if (first) {
                out += tag;
                open.push_back(tag);
                isKey = false;
                ++place;
            } else {
                out += scalarJson(value, _tape->words[place + 1], limit);
                place = value.next();
            }
        }
    } while (!open.empty() && out.size() <= limit);
    return out;
}

}  // namespace aip::schema
