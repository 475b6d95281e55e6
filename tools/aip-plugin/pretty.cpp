#include "pretty.h"

#include "base/json_text.h"

#include <ostream>
#include <string>

namespace aip::tool {
namespace {

using simdjson::dom::element;

constexpr std::size_t shortEnough = 72;

std::string spaces(int count) {
    return std::string(static_cast<std::size_t>(count), ' ');
}

template <typename Items, typename PrintItem>
void printLines(const Items& items, const char* brackets, int indent, std::ostream& out, PrintItem&& printItem) {
    const char* separator = "";
    out << brackets[0];
    for (const auto item : items) {
        out << separator << '\n' << spaces(indent + 2);
        printItem(item);
        separator = ",";
    }
    out << '\n' << spaces(indent) << brackets[1];
}

}  // namespace

void printJson(element json, std::ostream& out, int indent) {
    const std::string line = simdjson::minify(json);
    simdjson::dom::array items;
    simdjson::dom::object members;
    const bool fits = line.size() + static_cast<std::size_t>(indent) <= shortEnough;
    if (!fits && !json.get(items)) {
        printLines(items, "[]", indent, out, [&](element item) { printJson(item, out, indent + 2); });
    } else if (!fits && !json.get(members)) {
        printLines(members, "{}", indent, out, [&](const auto& member) {
            out << base::jsonString(member.key) << ": ";
            printJson(member.value, out, indent + 2);
        });
    } else {
        out << line;
    }
}

void printJson(std::string_view json, std::ostream& out) {
    simdjson::dom::parser parser;
    element root;
    if (parser.parse(json.data(), json.size()).get(root)) {
        out << json;
    } else {
        printJson(root, out, 0);
    }
    out << '\n';
}

}  // namespace aip::tool
