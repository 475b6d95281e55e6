#pragma once

#include <aip/abi.h>

#include <cstddef>
#include <string_view>

namespace aip::hosting {

inline std::string_view view(aip_text text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, static_cast<std::size_t>(text.size));
}

inline aip_text text(std::string_view view) {
    return {view.data(), view.size()};
}

}  // namespace aip::hosting
