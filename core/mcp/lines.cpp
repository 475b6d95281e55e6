#include "mcp/lines.h"

#include <utility>

namespace aip::mcp {
namespace {

std::string withoutReturn(std::string line) {
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

}  // namespace

bool Lines::feed(std::string_view bytes, const std::function<void(std::string line)>& take) {
    for (std::size_t end = bytes.find('\n'); !_tooLong && end != std::string_view::npos; end = bytes.find('\n')) {
        _tooLong = _rest.size() + end > _longest;
        if (!_tooLong) {
            _rest += bytes.substr(0, end);
            take(withoutReturn(std::exchange(_rest, {})));
        }
        bytes.remove_prefix(end + 1);
    }
    _tooLong = _tooLong || _rest.size() + bytes.size() > _longest;
    if (!_tooLong) {
        _rest += bytes;
    }
    return !_tooLong;
}

}  // namespace aip::mcp
