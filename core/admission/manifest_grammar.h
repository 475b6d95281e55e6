#pragma once

#include <string_view>

namespace aip::admission {

/// sdk/schema/plugin.schema.json, as it was when this was built.
std::string_view manifestGrammar();

}  // namespace aip::admission
