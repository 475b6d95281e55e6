#include "audit/secret_members.h"

#include "base/json_parser.h"
#include "base/json_text.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace aip::audit {
namespace {

using simdjson::dom::element;

constexpr std::string_view masked = R"("***")";
constexpr int longestWay = 64;              ///< of references that lead to references
constexpr std::size_t mostSteps = 200'000;  ///< a schema that takes more is secret as a whole

bool isTrue(element value) {
    bool flag = false;
    return value.get(flag) == simdjson::SUCCESS && flag;
}

bool isText(element value, std::string_view text) {
    std::string_view found;
    return value.get(found) == simdjson::SUCCESS && found == text;
}

using Names = std::set<std::string, std::less<>>;

/// Which properties of a schema are marked. The work is bounded, whatever refers to whatever.
class Marks {
  public:
    explicit Marks(element schema) : _root(schema) {}

    /// Whether what this schema stands for is marked, apart from its properties, which have names of their own.
    bool on(element schema) {
        _visited.clear();
        return within(schema, 0);
    }

    /// The names of the marked properties, wherever the document has some.
    void collect(element part, Names& names) {
        if (part.is_array()) {
            for (const element entry : simdjson::dom::array(part)) {
                collect(entry, names);
            }
        } else if (part.is_object()) {
            for (const auto [key, value] : simdjson::dom::object(part)) {
                if (key == "properties" && value.is_object()) {
                    addMarked(value, names);
                }
                collect(value, names);
            }
        }
    }

    bool tooExpensive() const { return _steps > mostSteps; }

  private:
    bool within(element part, int way) {
        if (++_steps > mostSteps) {
            return true;
        }
        if (part.is_array()) {
            const simdjson::dom::array entries(part);
            return std::any_of(entries.begin(), entries.end(), [&](element entry) { return within(entry, way); });
        }
        if (!part.is_object()) {
            return false;
        }
        const simdjson::dom::object members(part);
        return std::any_of(members.begin(), members.end(),
                           [&](const auto& member) { return marks(member.key, member.value, way); });
    }

    bool marks(std::string_view key, element value, int way) {
        if (key == "writeOnly") {
            return isTrue(value);
        }
        if (key == "format") {
            return isText(value, "password");
        }
        if (key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef") {
            return onTarget(value, way);
        }
        const bool named = key == "properties" || key == "$defs" || key == "definitions";
        return !named && within(value, way);
    }

    /// A reference by another name than a path may lead to anything that is marked. The root is looked at by itself.
    bool onTarget(element reference, int way) {
        std::string_view path;
        if (reference.get(path) != simdjson::SUCCESS || path == "#" || !_visited.insert(path).second) {
            return false;
        }
        element target;
        const bool found = way < longestWay && path.starts_with("#/") &&
                           _root.at_pointer(path.substr(1)).get(target) == simdjson::SUCCESS;
        return !found || within(target, way + 1);
    }

    void addMarked(element properties, Names& names) {
        for (const auto [name, schema] : simdjson::dom::object(properties)) {
            if (on(schema)) {
                names.emplace(name);
            }
        }
    }

    const element _root;
    std::set<std::string_view> _visited;  ///< targets of references, by the schema that is looked at
    std::size_t _steps = 0;
};

class MaskedText {
  public:
    MaskedText(const Names& names, std::string& out) : _names(names), _out(out) {}

    void add(element value) {
        if (value.is_object()) {
            addObject(value);
        } else if (value.is_array()) {
            addArray(value);
        } else if (value.is_string()) {
            base::appendJsonString(_out, std::string_view(value));
        } else {
            _out += simdjson::minify(value);
        }
    }

  private:
    void addObject(simdjson::dom::object members) {
        const char* before = "{";
        for (const auto [key, value] : members) {
            _out += std::exchange(before, ",");
            base::appendJsonString(_out, key);
            _out += ':';
            if (_names.contains(key)) {
                _out += masked;
            } else {
                add(value);
            }
        }
        _out += *before == '{' ? "{}" : "}";
    }

    void addArray(simdjson::dom::array entries) {
        const char* before = "[";
        for (const element entry : entries) {
            _out += std::exchange(before, ",");
            add(entry);
        }
        _out += *before == '[' ? "[]" : "]";
    }

    const Names& _names;
    std::string& _out;
};

/// Most schemas have no mark, and are not parsed for it.
bool mayHaveMarks(std::string_view schema) {
    return schema.find("writeOnly") != std::string_view::npos || schema.find("password") != std::string_view::npos ||
           schema.find('\\') != std::string_view::npos;
}

}  // namespace

SecretMembers::SecretMembers(std::string_view schema) {
    if (!mayHaveMarks(schema)) {
        return;
    }
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, schema, base::Padding::none);
    if (!root) {
        _all = true;
        return;
    }
    Marks marks(*root);
    _all = marks.on(*root);
    marks.collect(*root, _names);
    _all = _all || marks.tooExpensive();
}

std::string SecretMembers::mask(std::string_view json) const {
    std::string out;
    simdjson::dom::parser parser;
    const auto value = base::parseJson(parser, json, base::Padding::none);
    if (!value) {
        return out;
    }
    if (_all) {
        return std::string(masked);
    }
    MaskedText(_names, out).add(*value);
    return out;
}

}  // namespace aip::audit
