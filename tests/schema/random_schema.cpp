#include "random_schema.h"

#include <simdjson.h>

#include <algorithm>
#include <vector>

namespace aip::tests {
namespace {

constexpr const char* names[] = {"a", "b", "c", "\u00e9"};
constexpr const char* scalars[] = {"0", "1",    "-1",   "2",     "3",    "1.0",   "1.5",    "2.5",
                                   "4", "true", "null", "false", "\"\"", "\"a\"", "\"ab\"", "\"\u00e9\""};

template <typename Each>
std::string list(Choice& choice, std::size_t least, std::size_t most, Each each) {
    std::string text;
    const std::size_t count = least + choice.below(most - least + 1);
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ",") + each();
    }
    return text;
}

std::string name(Choice& choice) {
    return "\"" + std::string(names[choice.below(std::size(names))]) + "\"";
}

/// Some of the names, each once.
template <typename Each>
std::string byName(Choice& choice, Each each) {
    std::string text;
    for (const char* one : names) {
        if (choice.below(2) == 0) {
            text += (text.empty() ? "\"" : ",\"") + std::string(one) + "\"" + each();
        }
    }
    return text;
}

std::string value(Choice& choice, int depth) {
    const std::size_t kind = depth == 0 ? 2 : choice.below(4);
    if (kind == 0) {
        return "{" + byName(choice, [&] { return ":" + value(choice, depth - 1); }) + "}";
    }
    return kind == 1 ? "[" + list(choice, 0, 4, [&] { return value(choice, depth - 1); }) + "]"
                     : scalars[choice.below(std::size(scalars))];
}

class Writer {
  public:
    explicit Writer(Choice& choice) : _choice(choice) {}

    std::string schema(int depth) {
        if (depth == 0 || _choice.below(8) == 0) {
            constexpr const char* small[] = {"true",
                                             "false",
                                             "{}",
                                             R"({"type":"integer"})",
                                             R"({"type":"string"})",
                                             R"({"type":["object","null"]})"};
            return small[_choice.below(std::size(small))];
        }
        std::vector<std::string> members;
        for (std::size_t i = 1 + _choice.below(4); i > 0; --i) {
            const std::string member = keyword(depth - 1);
            const auto sameName = [&](const std::string& other) {
                return other.substr(0, other.find(':')) == member.substr(0, member.find(':'));
            };
            if (std::ranges::none_of(members, sameName)) {
                members.push_back(member);
            }
        }
        std::string text;
        for (const std::string& member : members) {
            text += (text.empty() ? "" : ",") + member;
        }
        return "{" + text + "}";
    }

  private:
    std::string one(const char* word, int depth) { return "\"" + std::string(word) + "\":" + schema(depth); }
    std::string some(const char* word, int depth) {
        return "\"" + std::string(word) + "\":[" + list(_choice, 1, 3, [&] { return schema(depth); }) + "]";
    }
    std::string map(const char* word, int depth) {
        return "\"" + std::string(word) + "\":{" + byName(_choice, [&] { return ":" + schema(depth); }) + "}";
    }
    std::string count(const char* word) { return "\"" + std::string(word) + "\":" + std::to_string(_choice.below(4)); }

    std::string keyword(int depth) {
        constexpr const char* schemas[] = {"not",
                                           "if",
                                           "then",
                                           "else",
                                           "items",
                                           "contains",
                                           "additionalProperties",
                                           "propertyNames",
                                           "unevaluatedProperties",
                                           "unevaluatedItems"};
        constexpr const char* lists[] = {"allOf", "anyOf", "oneOf", "prefixItems"};
        constexpr const char* maps[] = {"properties", "dependentSchemas"};
        constexpr const char* counts[] = {"minLength",     "maxLength",     "minItems",         "maxItems",
                                          "minProperties", "maxProperties", "minContains",      "maxContains",
                                          "minimum",       "maximum",       "exclusiveMinimum", "exclusiveMaximum"};
        switch (_choice.below(10)) {
            case 0:
            case 1:
            case 2:
                return one(schemas[_choice.below(std::size(schemas))], depth);
            case 3:
            case 4:
                return some(lists[_choice.below(std::size(lists))], depth);
            case 5:
            case 6:
                return map(maps[_choice.below(std::size(maps))], depth);
            case 7:
                return count(counts[_choice.below(std::size(counts))]);
            default:
                return rare();
        }
    }

    std::string rare() {
        switch (_choice.below(7)) {
            case 0:
                return R"("$ref":"#")";
            case 1:
                return _choice.below(2) == 0 ? R"("$ref":"#/$defs/x")" : R"("$ref":"#/$defs/y")";
            case 2:
                return R"("enum":[)" + list(_choice, 0, 4, [&] { return value(_choice, 2); }) + "]";
            case 3:
                return R"("const":)" + value(_choice, 2);
            case 4:
                return R"("required":[)" + byName(_choice, [] { return std::string(); }) + "]";
            case 5:
                return _choice.below(2) == 0 ? R"("uniqueItems":true)"
                                             : R"("dependentRequired":{)" + name(_choice) + ":[" + name(_choice) + "]}";
            default:
                return _choice.below(2) == 0 ? R"("multipleOf":0.5)" : R"("type":["array","number"])";
        }
    }

    Choice& _choice;
};

void reverseInto(std::string& out, simdjson::dom::element value) {
    simdjson::dom::object object;
    simdjson::dom::array array;
    std::vector<std::string> parts;
    if (!value.get(object)) {
        for (const auto& member : object) {
            std::string part = "\"" + std::string(member.key) + "\":";
            reverseInto(part, member.value);
            parts.insert(parts.begin(), part);
        }
    } else if (!value.get(array)) {
        for (const auto item : array) {
            reverseInto(parts.emplace_back(), item);
        }
    } else {
        out += simdjson::minify(value);
        return;
    }
    out += value.is_object() ? "{" : "[";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out += (i == 0 ? "" : ",") + parts[i];
    }
    out += value.is_object() ? "}" : "]";
}

}  // namespace

std::size_t Choice::below(std::size_t count) {
    if (_state != 0) {
        _state = _state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::size_t>(_state >> 33U) % count;
    }
    if (_bytes.empty()) {
        return 0;
    }
    const auto byte = static_cast<unsigned char>(_bytes.front());
    _bytes.remove_prefix(1);
    return byte % count;
}

std::string randomSchema(Choice& choice) {
    Writer writer(choice);
    const std::string definitions = R"("$defs":{"x":)" + writer.schema(2) + R"(,"y":)" + writer.schema(2) + "}";
    std::string root = writer.schema(3);
    if (root.front() != '{') {
        return root;
    }
    return "{" + definitions + (root == "{}" ? "" : ",") + root.substr(1);
}

std::string randomValue(Choice& choice) {
    return value(choice, 3);
}

std::string membersReversed(std::string_view json) {
    simdjson::dom::parser parser;
    std::string out;
    reverseInto(out, parser.parse(json.data(), json.size()));
    return out;
}

}  // namespace aip::tests
