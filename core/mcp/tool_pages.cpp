#include "mcp/tool_pages.h"

#include <utility>

namespace aip::mcp {

using base::Code;
using base::Error;

void ToolPages::clear() {
    _pages = 0;
    _bytes = 0;
    _cursors.clear();
    _tools = {};
}

void ToolPages::add(std::string name, std::string json, bool wraps) {
    _bytes += json.size();
    if (wraps) {
        _tools.wrapping.insert(name);
    }
    _tools.names.insert(std::move(name));
    _tools.tools.push_back(std::move(json));
}

base::Result<bool> ToolPages::endPage(const std::string& next) {
    const bool goesRound = !next.empty() && !_cursors.insert(next).second;
    if (goesRound || ++_pages > mostPages || _tools.tools.size() > mostTools) {
        return Error(Code::exhausted, "its list of tools does not end");
    }
    if (_bytes > _longest) {
        return Error(Code::exhausted, "its list of tools is longer than " + std::to_string(_longest) + " bytes");
    }
    return next.empty();
}

ToolPages::Tools ToolPages::take() {
    Tools tools = std::move(_tools);
    clear();
    return tools;
}

}  // namespace aip::mcp
