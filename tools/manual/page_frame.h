#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace aip::manual {

/// Title and name of a page, and `rest` with `generated` in its place.
struct PageFrame {
    std::string name;
    char section = '1';
    std::string summary;

    base::Result<std::string> around(std::string_view generated, const std::string& rest) const;
};

}  // namespace aip::manual
