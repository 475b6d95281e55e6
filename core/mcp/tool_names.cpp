#include "mcp/tool_names.h"

#include "base/ascii.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace aip::mcp {
namespace {

constexpr std::size_t longestGiven = 64;

std::string cleaned(std::string name) {
    std::ranges::replace_if(
        name, [](char c) { return !base::isLetterOrDigit(c) && c != '_' && c != '-'; }, '_');
    return name;
}

std::string cut(const std::string& name, const std::string& end = {}) {
    return name.substr(0, longestGiven - end.size()) + end;
}

}  // namespace

std::vector<std::string> ToolNames::assign(const std::vector<ToolKey>& tools) {
    std::map<ToolKey, std::string> before = std::exchange(_names, {});
    _taken.clear();
    _numbers.clear();
    for (const auto& tool : tools) {
        if (const auto known = before.extract(tool)) {
            _taken.insert(known.mapped());
            _names[tool] = known.mapped();
        }
    }
    std::vector<std::string> names;
    names.reserve(tools.size());
    for (const auto& tool : tools) {
        auto [at, fresh] = _names.try_emplace(tool);
        if (fresh) {
            at->second = choose(tool);
            _taken.insert(at->second);
        }
        names.push_back(at->second);
    }
    return names;
}

std::string ToolNames::choose(const ToolKey& tool) {
    const std::string bare = cut(cleaned(tool.name));
    if (!_taken.contains(bare)) {
        return bare;
    }
    const std::string full = cleaned(tool.nameSpace + "_" + tool.name);
    std::string name = cut(full);
    std::size_t& latest = _numbers.try_emplace(name, 1).first->second;
    while (_taken.contains(name)) {
        name = cut(full, "_" + std::to_string(++latest));
    }
    return name;
}

}  // namespace aip::mcp
