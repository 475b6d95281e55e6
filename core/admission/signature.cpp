#include "admission/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Key = std::shared_ptr<EVP_PKEY>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)>;

constexpr std::size_t signatureSize = 64;
constexpr const char* howToMake = ": make one with openssl genpkey -algorithm ed25519";

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

int noPassPhrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
    return -1;
}

template <typename Read>
Result<Key> readKey(std::string_view pem, Read read, const char* kind) {
    const std::unique_ptr<BIO, decltype(&::BIO_free)> in(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                         &::BIO_free);
    const Key key(in ? read(in.get(), nullptr, &noPassPhrase, nullptr) : nullptr, &::EVP_PKEY_free);
    ::ERR_clear_error();
    if (!key) {
        return Error(Code::invalid, std::string("holds no ") + kind + " key that can be read (PEM, not encrypted)");
    }
    if (::EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
        return Error(Code::invalid, std::string("not an Ed25519 key") + howToMake);
    }
    return key;
}

}  // namespace

Result<PublicKey> PublicKey::parse(std::string_view pem) {
    auto key = readKey(pem, &::PEM_read_bio_PUBKEY, "public");
    if (!key) {
        return std::move(key).error();
    }
    return PublicKey(*std::move(key));
}

bool PublicKey::operator==(const PublicKey& other) const {
    return EVP_PKEY_eq(_key.get(), other._key.get()) == 1;
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
    const Context context(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free);
    const bool good =
        context && ::EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, _key.get()) == 1 &&
        ::EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
    ::ERR_clear_error();
    return good;
}

Result<PrivateKey> PrivateKey::parse(std::string_view pem) {
    auto key = readKey(pem, &::PEM_read_bio_PrivateKey, "private");
    if (!key) {
        return std::move(key).error();
    }
    return PrivateKey(*std::move(key));
}

Result<std::string> PrivateKey::sign(std::string_view message) const {
    const Context context(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free);
    std::string signature(signatureSize, '\0');
    std::size_t size = signature.size();
    const bool done = context && ::EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, _key.get()) == 1 &&
                      ::EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                       bytes(message), message.size()) == 1;
    ::ERR_clear_error();
    if (!done || size != signatureSize) {
        return Error(Code::internal, "OpenSSL cannot sign with this key");
    }
    return signature;
}

}  // namespace aip::admission
