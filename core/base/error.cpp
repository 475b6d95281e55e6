#include "base/error.h"

#include <array>

namespace aip::base {

std::string codeName(Code code) {
    static constexpr std::array names{"OK",     "INVALID",     "NOT_FOUND", "UNSUPPORTED", "CANCELLED", "DEADLINE",
                                      "DENIED", "UNAVAILABLE", "EXHAUSTED", "STATE",       "INTERNAL"};
    const auto value = static_cast<std::int32_t>(code);
    if (value >= 0 && static_cast<std::size_t>(value) < names.size()) {
        return names[static_cast<std::size_t>(value)];
    }
    return (value >= 1000 ? "PLUGIN_" : "UNKNOWN_") + std::to_string(value);
}

Error Error::within(std::string_view context) && {
    _text = std::string(context) + ": " + _text;
    return std::move(*this);
}

}  // namespace aip::base
