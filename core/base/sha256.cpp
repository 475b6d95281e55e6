#include "base/sha256.h"

#include "base/ascii.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace aip::base {
namespace {

/// OpenSSL's SHA-256 fails only if there is no memory.
void require(bool done) {
    if (!done) {
        throw std::bad_alloc();
    }
}

/// EVP_sha256() would be looked up for each text.
const EVP_MD* sha256() {
    static const EVP_MD* const fetched = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched == nullptr ? ::EVP_sha256() : fetched;
}

}  // namespace

Sha256::Sha256() : _context(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free) {
    require(_context && ::EVP_DigestInit_ex2(_context.get(), sha256(), nullptr) == 1);
}

void Sha256::update(std::string_view piece) {
    require(::EVP_DigestUpdate(_context.get(), piece.data(), piece.size()) == 1);
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> digest{};
    require(::EVP_DigestFinal_ex(_context.get(), digest.data(), nullptr) == 1 &&
            ::EVP_DigestInit_ex2(_context.get(), sha256(), nullptr) == 1);
    return hexOf(digest);
}

std::string sha256Of(std::string_view text) {
    thread_local Sha256 hash;
    hash.update(text);
    return hash.hex();
}

std::string sha256Of(std::span<const std::byte> bytes) {
    return sha256Of(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

bool isSha256(std::string_view text) {
    return text.size() == sha256Length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace aip::base
