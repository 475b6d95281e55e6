#include "base/json_reference.h"

#include <string>
#include <string_view>

namespace aip::base {
namespace {

using simdjson::dom::element;

/// How many schemas may apply to the same value. Only a cycle needs more.
constexpr int mostSteps = 1'000;

class References {
  public:
    explicit References(element root) : _root(root) {}

    Result<void> check(element place) {
        simdjson::dom::array items;
        simdjson::dom::object members;
        if (!place.get(items)) {
            for (const element item : items) {
                if (auto result = check(item); !result) {
                    return result;
                }
            }
        } else if (!place.get(members)) {
            for (const auto& member : members) {
                if (auto result = member.key == "$ref" ? checkOne(member.value) : check(member.value); !result) {
                    return result;
                }
            }
        }
        return {};
    }

  private:
    Result<void> checkOne(element reference) {
        std::string_view target;
        element found;
        if (reference.get(target) || !resolve(target, found)) {
            return Error(Code::invalid, "'$ref' " + simdjson::minify(reference) + " leads nowhere in this document");
        }
        _steps = 0;
        if (!ends(found)) {
            return Error(Code::invalid, "'$ref' '" + std::string(target) + "' goes round in a circle");
        }
        return {};
    }

    bool resolve(std::string_view target, element& found) const {
        return target.starts_with('#') && !_root.at_pointer(target.substr(1)).get(found);
    }

    /// Walks through all that applies to the same value as `schema`.
    bool ends(element schema) {
        simdjson::dom::array several;
        element next;
        std::string_view target;
        if (++_steps > mostSteps) {
            return false;
        }
        if (!schema.is_object()) {
            return true;
        }
        if (!schema["$ref"].get(target) && resolve(target, next)) {
            return ends(next);
        }
        for (const char* keyword : {"allOf", "anyOf", "oneOf"}) {
            if (!schema[keyword].get(several) && !allEnd(several)) {
                return false;
            }
        }
        for (const char* keyword : {"not", "if", "then", "else"}) {
            if (!schema[keyword].get(next) && !ends(next)) {
                return false;
            }
        }
        simdjson::dom::object dependencies;
        return schema["dependencies"].get(dependencies) || allEnd(dependencies);
    }

    bool allEnd(simdjson::dom::array schemas) {
        for (const element schema : schemas) {
            if (!ends(schema)) {
                return false;
            }
        }
        return true;
    }

    bool allEnd(simdjson::dom::object schemas) {
        for (const auto& member : schemas) {
            if (!ends(member.value)) {
                return false;
            }
        }
        return true;
    }

    element _root;
    int _steps = 0;
};

}  // namespace

Result<void> checkReferences(element schema) {
    return References(schema).check(schema);
}

}  // namespace aip::base
