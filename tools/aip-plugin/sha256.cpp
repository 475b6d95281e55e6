#include "sha256.h"

#include "admission/sha256.h"

#include <string_view>

namespace aip::tool {

std::string sha256(std::span<const std::byte> data) {
    return admission::sha256Of({reinterpret_cast<const char*>(data.data()), data.size()});
}

}  // namespace aip::tool
