#include "audit/sha256.h"

#include "base/ascii.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace aip::audit {
namespace {

/// EVP_sha256() would be looked up for each text.
const EVP_MD* sha256() {
    static const EVP_MD* const fetched = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched == nullptr ? ::EVP_sha256() : fetched;
}

}  // namespace

std::string sha256Of(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    if (::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, sha256(), nullptr) != 1) {
        throw std::bad_alloc();  // it fails for nothing else
    }
    return base::hexOf(digest);
}

}  // namespace aip::audit
