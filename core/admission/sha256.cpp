#include "admission/sha256.h"

#include "base/ascii.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace aip::admission {
namespace {

/// OpenSSL's SHA-256 fails only if there is no memory.
void require(bool done) {
    if (!done) {
        throw std::bad_alloc();
    }
}

}  // namespace

Sha256::Sha256() : _context(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free) {
    require(_context && ::EVP_DigestInit_ex(_context.get(), ::EVP_sha256(), nullptr) == 1);
}

void Sha256::update(std::string_view piece) {
    require(::EVP_DigestUpdate(_context.get(), piece.data(), piece.size()) == 1);
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> digest{};
    require(::EVP_DigestFinal_ex(_context.get(), digest.data(), nullptr) == 1);
    return base::hexOf(digest);
}

std::string sha256Of(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.hex();
}

std::string sha256Of(std::span<const std::byte> bytes) {
    return sha256Of(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace aip::admission
