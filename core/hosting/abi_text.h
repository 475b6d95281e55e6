#pragma once

#include "base/error.h"

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

/// The code of a plugin's failure; `internal` if `status` is not that of a failure.
inline base::Code codeOf(aip_status status) {
    const bool known = (status > AIP_OK && status <= AIP_INTERNAL) || status >= AIP_PLUGIN_STATUS;
    return known ? static_cast<base::Code>(status) : base::Code::internal;
}

}  // namespace aip::hosting
