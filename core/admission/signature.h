#pragma once

#include "base/error.h"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

/// Ed25519 signatures over plugin.json: 64 bytes, as `openssl pkeyutl -sign -rawin` writes them. Keys are PEM.
namespace aip::admission {

/// The file beside plugin.json that holds its signature.
inline constexpr const char* signatureName = "plugin.json.sig";

/// Checks signatures. Copies share the key. Any thread.
class PublicKey {
  public:
    /// INVALID if `pem` does not hold a public Ed25519 key.
    static base::Result<PublicKey> parse(std::string_view pem);

    bool operator==(const PublicKey& other) const;

    bool verifies(std::string_view message, std::string_view signature) const;

  private:
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : _key(std::move(key)) {}

    std::shared_ptr<evp_pkey_st> _key;
};

/// Makes signatures. OpenSSL wipes the key when the last copy is gone.
class PrivateKey {
  public:
    /// INVALID if `pem` does not hold a private Ed25519 key, or an encrypted one: there is no prompt for a pass phrase.
    static base::Result<PrivateKey> parse(std::string_view pem);

    base::Result<std::string> sign(std::string_view message) const;

  private:
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : _key(std::move(key)) {}

    std::shared_ptr<evp_pkey_st> _key;
};

}  // namespace aip::admission
