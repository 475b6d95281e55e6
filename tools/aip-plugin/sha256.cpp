#include "sha256.h"

#include "plugins/sha256.h"

#include <string_view>

namespace aip::tool {

std::string sha256(std::span<const std::byte> data) {
    return plugins::sha256Of({reinterpret_cast<const char*>(data.data()), data.size()});
}

}  // namespace aip::tool
