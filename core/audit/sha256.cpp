#include "audit/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace aip::audit {

std::string sha256Of(std::string_view text) {
    constexpr const char* digits = "0123456789abcdef";
    std::array<unsigned char, 32> digest{};
    if (::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, ::EVP_sha256(), nullptr) != 1) {
        throw std::bad_alloc();  // it fails for nothing else
    }
    std::string hex;
    hex.reserve(2 * digest.size());
    for (const unsigned byte : digest) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

}  // namespace aip::audit
