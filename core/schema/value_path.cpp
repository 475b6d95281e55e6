#include "schema/value_path.h"

#include "base/json_text.h"

namespace aip::schema {
namespace {

constexpr std::size_t shownPathBytes = 80;
/// One byte more tells whether a character ends where the path is cut.
constexpr std::size_t keptPathBytes = shownPathBytes + 1;

}  // namespace

ValuePath ValuePath::member(std::string_view name) const {
    ValuePath inner = *this;
    inner.append(empty() ? "" : ".");
    inner.append(name);
    return inner;
}

ValuePath ValuePath::item(std::size_t position) const {
    ValuePath inner = *this;
    inner.append("[" + std::to_string(position) + "]");
    return inner;
}

std::string ValuePath::quoted() const {
    return "'" + base::excerpt(_start, shownPathBytes, _size) + "'";
}

void ValuePath::append(std::string_view text) {
    _start.append(text.substr(0, keptPathBytes - _start.size()));
    _size += text.size();
}

}  // namespace aip::schema
