#include "execution/tool_pattern.h"

#include "base/ascii.h"

#include <algorithm>

namespace aip::execution {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view separator = "::";

bool standsInNames(char c) {
    return base::isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
}

}  // namespace

Result<ToolPattern> ToolPattern::parse(std::string_view text) {
    const auto end = text.find(separator);
    const bool whole = end == std::string_view::npos;
    auto nameSpace = parsePart(text.substr(0, end));
    auto tool = parsePart(whole ? "*" : text.substr(end + separator.size()));
    if (!nameSpace || !tool) {
        return nameSpace ? tool.error() : nameSpace.error();
    }
    ToolPattern pattern;
    pattern._nameSpace = *std::move(nameSpace);
    pattern._tool = *std::move(tool);
    return pattern;
}

Result<ToolPattern::Part> ToolPattern::parsePart(std::string_view text) {
    const bool open = text.ends_with('*');
    Part part{std::string(text.substr(0, text.size() - (open ? 1 : 0))), open};
    if (text.empty()) {
        return Error(Code::invalid, "a namespace or name is missing: write Namespace::tool, Namespace or *");
    }
    if (!std::all_of(part.start.begin(), part.start.end(), standsInNames)) {
        return Error(Code::invalid, "'" + std::string(text) +
                                        "' is neither a name (letters, digits, _ . -) nor the beginning of names with "
                                        "a * at its end");
    }
    return part;
}

bool ToolPattern::matches(std::string_view nameSpace, std::string_view tool) const {
    return _nameSpace.matches(nameSpace) && _tool.matches(tool);
}

bool ToolPattern::isMoreSpecificThan(const ToolPattern& other) const {
    const auto order = _nameSpace.specificity(other._nameSpace);
    return (order != 0 ? order : _tool.specificity(other._tool)) > 0;
}

std::strong_ordering ToolPattern::Part::specificity(const Part& other) const {
    return open != other.open ? other.open <=> open : start.size() <=> other.start.size();
}

}  // namespace aip::execution
