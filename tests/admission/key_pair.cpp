#include "tests/admission/key_pair.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace aip::tests {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&::BIO_free)>;

std::string content(const Bio& bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

KeyPair::KeyPair(const char* type, const std::string& passPhrase) {
    const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(::EVP_PKEY_Q_keygen(nullptr, nullptr, type),
                                                                    &::EVP_PKEY_free);
    const Bio out(::BIO_new(::BIO_s_mem()), &::BIO_free);
    const auto* phrase = reinterpret_cast<const unsigned char*>(passPhrase.data());
    ::PEM_write_bio_PrivateKey(out.get(), key.get(), passPhrase.empty() ? nullptr : ::EVP_aes_256_cbc(), phrase,
                               static_cast<int>(passPhrase.size()), nullptr, nullptr);
    privatePem = content(out);
    const Bio publicOut(::BIO_new(::BIO_s_mem()), &::BIO_free);
    ::PEM_write_bio_PUBKEY(publicOut.get(), key.get());
    publicPem = content(publicOut);
}

}  // namespace aip::tests
