#include "mcp_server/asked_lines.h"

#include <algorithm>
#include <utility>

namespace aip::mcp_server {

AskedLines::AskedLines(std::size_t longest, std::shared_ptr<base::ByteBudget> budget)
    : _longest(longest), _budget(std::move(budget)), _lines(longest), _next(std::make_shared<Line>(_budget)) {}

base::Result<void> AskedLines::feed(std::string_view bytes, const std::function<void(Text line)>& take) {
    if (!grow(bytes.size())) {
        return base::Error(base::Code::exhausted, "what clients ask and have no answer to leaves no room for a line");
    }
    const bool fits = _lines.feed(bytes, [&](std::string line) {
        const auto whole = std::exchange(_next, std::make_shared<Line>(_budget));
        whole->text = std::move(line);
        take(Text(whole, &whole->text));
    });
    return fits ? base::Result<void>()
                : base::Error(base::Code::exhausted, "a line is longer than " + std::to_string(_longest) + " bytes");
}

/// As if all of it belonged to the line that has no end yet.
bool AskedLines::grow(std::size_t more) {
    const auto counted = [](std::size_t size) { return size - std::min(size, freeBytes); };
    const std::size_t size = _lines.unfinished();
    return _next->share.grow(counted(size + more) - counted(size));
}

}  // namespace aip::mcp_server
