#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace aip::tests {

/// A folder that is gone with the object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// Writes a file of mode 600 and gives its name.
    std::string write(const std::string& name, const std::string& content) const;
    std::filesystem::path path() const { return _path; }

  private:
    std::filesystem::path _path;
};

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

/// What a certificate is to say.
struct Wish {
    std::string name = "Test";  ///< common name
    std::string alternatives =
        "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1";  ///< as OpenSSL writes them; empty: none
    long begins = -3600;                                  ///< seconds from now
    long ends = 3600;
};

/// Signs what it is asked to. Elliptic keys, as they are quickly made.
class Authority {
  public:
    explicit Authority(const std::string& name = "Test Authority");

    Identity issue(const Wish& wish = {}) const;
    /// Another authority, vouched for by this one.
    Authority intermediate(const std::string& name = "Test Intermediate", long ends = 3600) const;
    const Identity& own() const { return _own; }

    static Identity selfSigned(const Wish& wish = {});

  private:
    explicit Authority(Identity own) : _own(std::move(own)) {}

    Identity _own;
};

}  // namespace aip::tests
