#pragma once

#include "audit/chain.h"

#include <string>
#include <string_view>

namespace aip::audit {

/// The next line of the chain, with its line break.
inline std::string sealed(Chain& chain, std::string_view members) {
    std::string line;
    chain.seal(line, members);
    return line;
}

}  // namespace aip::audit
