#pragma once

#include "tests/support/temporary_folder.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace aip::tests {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

/// A certificate and its key.
struct Identity {
    Certificate certificate;
    Key key;

    std::string certificatePem() const;
    std::string keyPem() const;
};

std::string encryptedPem(const Key& key, const std::string& password);

/// The content of a certificate.
struct Wish {
    std::string name = "Test";  ///< common name
    std::string alternatives =
        "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1";  ///< as OpenSSL writes them; empty: none
    long begins = -3600;                                  ///< seconds from now
    long ends = 3600;
};

/// A certificate authority. Elliptic keys, because they are made quickly.
class Authority {
  public:
    explicit Authority(const std::string& name = "Test Authority");

    Identity issue(const Wish& wish = {}) const;
    /// Another authority, vouched for by this one.
    Authority intermediate(const std::string& name = "Test Intermediate", long ends = 3600) const;
    const Identity& own() const { return _own; }
    /// A list with the certificates of `revoked`, in PEM form. `ends`: seconds from now.
    std::string revocationList(const std::vector<Identity>& revoked, long ends = 3600) const;

    static Identity selfSigned(const Wish& wish = {});

  private:
    explicit Authority(Identity own) : _own(std::move(own)) {}

    Identity _own;
};

}  // namespace aip::tests
