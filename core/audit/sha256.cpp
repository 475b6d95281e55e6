#include "audit/sha256.h"

#include "base/ascii.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <new>

namespace aip::audit {
namespace {

/// EVP_sha256() would be looked up for each text.
const EVP_MD* sha256() {
    static const EVP_MD* const fetched = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched == nullptr ? ::EVP_sha256() : fetched;
}

struct Free {
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
};

}  // namespace

std::string sha256Of(std::string_view text) {
    thread_local std::unique_ptr<EVP_MD_CTX, Free> context;
    if (!context) {
        context.reset(::EVP_MD_CTX_new());
    }
    std::array<unsigned char, 32> digest{};
    const bool done = context && ::EVP_DigestInit_ex2(context.get(), sha256(), nullptr) == 1 &&
                      ::EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
                      ::EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
    if (!done) {
        throw std::bad_alloc();  // it fails for nothing else
    }
    return base::hexOf(digest);
}

}  // namespace aip::audit
