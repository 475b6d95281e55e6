#include "schema/character_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace aip::schema {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

/// The general categories of Unicode: long name, the short one that RE2 knows.
constexpr std::array categories{Names("Letter", "L"),
                                Names("Uppercase_Letter", "Lu"),
                                Names("Lowercase_Letter", "Ll"),
                                Names("Titlecase_Letter", "Lt"),
                                Names("Modifier_Letter", "Lm"),
                                Names("Other_Letter", "Lo"),
                                Names("Mark", "M"),
                                Names("Combining_Mark", "M"),
                                Names("Nonspacing_Mark", "Mn"),
                                Names("Spacing_Mark", "Mc"),
                                Names("Enclosing_Mark", "Me"),
                                Names("Number", "N"),
                                Names("Decimal_Number", "Nd"),
                                Names("digit", "Nd"),
                                Names("Letter_Number", "Nl"),
                                Names("Other_Number", "No"),
                                Names("Punctuation", "P"),
                                Names("punct", "P"),
                                Names("Connector_Punctuation", "Pc"),
                                Names("Dash_Punctuation", "Pd"),
                                Names("Open_Punctuation", "Ps"),
                                Names("Close_Punctuation", "Pe"),
                                Names("Initial_Punctuation", "Pi"),
                                Names("Final_Punctuation", "Pf"),
                                Names("Other_Punctuation", "Po"),
                                Names("Symbol", "S"),
                                Names("Math_Symbol", "Sm"),
                                Names("Currency_Symbol", "Sc"),
                                Names("Modifier_Symbol", "Sk"),
                                Names("Other_Symbol", "So"),
                                Names("Separator", "Z"),
                                Names("Space_Separator", "Zs"),
                                Names("Line_Separator", "Zl"),
                                Names("Paragraph_Separator", "Zp"),
                                Names("Other", "C"),
                                Names("Control", "Cc"),
                                Names("cntrl", "Cc"),
                                Names("Format", "Cf"),
                                Names("Surrogate", "Cs"),
                                Names("Private_Use", "Co")};

struct FixedSet {
    std::string_view name;
    std::string_view set;
    std::string_view complement;
};

constexpr std::array fixedSets{FixedSet{"Any", everyCharacter, ""},
                               FixedSet{"ASCII", R"(\x{0}-\x{7f})", R"(\x{80}-\x{10ffff})"},
                               FixedSet{"ASCII_Hex_Digit", "0-9A-Fa-f", R"(\x{0}-/:-@G-`g-\x{10ffff})"},
                               FixedSet{"AHex", "0-9A-Fa-f", R"(\x{0}-/:-@G-`g-\x{10ffff})"}};

constexpr std::string_view spaces =
    R"(\x{9}-\x{d}\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view exceptSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";

std::string_view category(std::string_view name) {
    const auto found = std::ranges::find_if(
        categories, [name](const Names& each) { return each.first == name || each.second == name; });
    return found == categories.end() ? std::string_view() : found->second;
}

/// RE2 writes scripts and categories alike, and does not know "Any" as a script.
bool isScript(std::string_view name) {
    const bool word = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
    return word && name != "Any" && category(name).empty();
}

/// The part of "Script=Greek" after the equals sign, if it starts with one of `keys`.
std::string_view valueOf(std::string_view name, std::string_view longKey, std::string_view shortKey) {
    const std::size_t equals = name.find('=');
    const std::string_view key = name.substr(0, equals);
    return equals != std::string_view::npos && (key == longKey || key == shortKey) ? name.substr(equals + 1)
                                                                                   : std::string_view();
}

}  // namespace

std::string literalCharacter(std::uint32_t point) {
    const bool plain =
        (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
    return plain ? std::string(1, static_cast<char>(point)) : fmt::format("\\x{{{:x}}}", point);
}

std::string_view classSet(char letter) {
    switch (letter) {
        case 'd':
            return R"(\d)";
        case 'D':
            return R"(\D)";
        case 'w':
            return R"(\w)";
        case 'W':
            return R"(\W)";
        case 's':
            return spaces;
        case 'S':
            return exceptSpaces;
        default:
            return {};
    }
}

std::string propertySet(std::string_view name, bool negated) {
    for (const FixedSet& each : fixedSets) {
        if (each.name == name) {
            return std::string(negated ? each.complement : each.set);
        }
    }
    const std::string_view general = valueOf(name, "General_Category", "gc");
    std::string_view known = category(general.empty() ? name : general);
    if (const auto script = valueOf(name, "Script", "sc"); known.empty() && isScript(script)) {
        known = script;
    }
    return known.empty() ? std::string() : fmt::format("\\{}{{{}}}", negated ? 'P' : 'p', known);
}

}  // namespace aip::schema
