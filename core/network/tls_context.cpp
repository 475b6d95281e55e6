#include "network/tls.h"
#include "network/tls_stream.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <memory>
#include <utility>

namespace aip::network {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::Net::Context;

constexpr std::size_t pinSize = 44;  // 32 bytes in Base64

/// Nobody is there to type one. `asked` (a bool, or null) learns that there was a need.
int refusePassword(char* /*password*/, int /*size*/, int /*writing*/, void* asked) {
    if (asked != nullptr) {
        *static_cast<bool*>(asked) = true;
    }
    return -1;
}

Context::Ptr makeContext(bool systemTrust) {
    Context::Params params;
    params.verificationMode = Context::VERIFY_STRICT;
    params.loadDefaultCAs = systemTrust;
    params.cipherList = "HIGH:!aNULL:!eNULL";
    Context::Ptr context(new Context(Context::TLS_CLIENT_USE, params));
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    SSL_CTX* raw = context->sslContext();
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(raw,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_client_cert_cb(raw, TlsStream::onCertificateWanted);
    return context;
}

Error bad(const std::string& setting, const std::string& file, const std::string& why) {
    ERR_clear_error();
    return {Code::invalid, setting + ": " + file + " " + why};
}

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void freeInfos(STACK_OF(X509_INFO) * infos) {
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
}

/// To be read from its beginning. The text outlives it.
Bio reader(const PemText& pem) {
    return {BIO_new_mem_buf(pem.text.data(), static_cast<int>(pem.text.size())), BIO_free};
}

/// Nothing but the end of the text has ended the reading, rather than half a certificate.
bool readToItsEnd() {
    const unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/// What a file has added. Less than no certificates: something in it is broken.
struct Added {
    int certificates = 0;
    int revocationLists = 0;
};

Added addAuthorities(X509_STORE* store, const PemText& pem) {
    const Bio bio = reader(pem);
    const std::unique_ptr<STACK_OF(X509_INFO), decltype(&freeInfos)> infos(
        PEM_X509_INFO_read_bio(bio.get(), nullptr, refusePassword, nullptr), freeInfos);
    Added added{.certificates = infos ? 0 : -1};
    for (int i = 0; infos && i < sk_X509_INFO_num(infos.get()); ++i) {
        const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
        added.certificates += info->x509 != nullptr && X509_STORE_add_cert(store, info->x509) == 1 ? 1 : 0;
        added.revocationLists += info->crl != nullptr && X509_STORE_add_crl(store, info->crl) == 1 ? 1 : 0;
    }
    return added;
}

/// Who is named is trusted, be it the root of a chain, an issuer in between or the server itself. With revocation lists
/// the server's certificate must be covered by one; those of its issuers are checked where there is a list.
Result<void> trust(SSL_CTX* context, const TlsMaterial& material) {
    const PemText& pem = material.ca;
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    const Added added = addAuthorities(store, pem);
    if (added.certificates <= 0) {
        return bad(material.names.key("ca_file"), pem.file,
                   added.certificates < 0 ? "holds a broken certificate" : "holds no certificate in PEM form");
    }
    const unsigned long revocation = added.revocationLists > 0 ? X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL : 0;
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | revocation);
    return {};
}

Result<void> useCertificate(SSL_CTX* context, const TlsMaterial& material) {
    const PemText& pem = material.certificate;
    const std::string setting = material.names.key("certificate_file");
    const Bio bio = reader(pem);
    const Certificate own(PEM_read_bio_X509_AUX(bio.get(), nullptr, refusePassword, nullptr), X509_free);
    if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
        return bad(setting, pem.file, "holds no certificate in PEM form");
    }
    Certificate issuer(nullptr, X509_free);
    for (ERR_clear_error(); issuer.reset(PEM_read_bio_X509(bio.get(), nullptr, refusePassword, nullptr)), issuer;) {
        SSL_CTX_add1_chain_cert(context, issuer.get());
    }
    return readToItsEnd() ? Result<void>() : bad(setting, pem.file, "holds a broken certificate in its chain");
}

std::string whyNoKey(bool encrypted, const std::string& certificateFile) {
    if (encrypted) {
        return "is encrypted: store the key as it is, mode 600 protects it";
    }
    switch (ERR_GET_REASON(ERR_peek_last_error())) {
        case X509_R_KEY_VALUES_MISMATCH:
        case X509_R_KEY_TYPE_MISMATCH:
            return "is not the key of the certificate in " + certificateFile;
        default:
            return "holds no private key in PEM form";
    }
}

Result<void> useKey(SSL_CTX* context, const TlsMaterial& material) {
    bool encrypted = false;
    const Bio bio = reader(material.privateKey);
    const PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refusePassword, &encrypted), EVP_PKEY_free);
    return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1
               ? Result<void>()
               : bad(material.names.key("private_key_file"), material.privateKey.file,
                     whyNoKey(encrypted, material.certificate.file));
}

Result<void> identify(SSL_CTX* context, const TlsMaterial& material) {
    if (material.certificate.file.empty() != material.privateKey.file.empty()) {
        return Error(Code::invalid, material.names.key("certificate_file") + " and " +
                                        material.names.key("private_key_file") + " go together: set both or none");
    }
    if (material.certificate.file.empty()) {
        return {};
    }
    auto used = useCertificate(context, material);
    return used ? useKey(context, material) : used;
}

Result<void> checkPins(const TlsMaterial& material) {
    for (const std::string& pin : material.publicKeys) {
        if (pin.size() != pinSize || pin.back() != '=') {
            return Error(Code::invalid, material.names.key("public_key_pin") + ": '" + pin +
                                            "' is not a SHA-256 in Base64 (" + std::to_string(pinSize) +
                                            " characters, the last one '=')");
        }
    }
    return {};
}

class OpenSslContext final : public TlsContext {
  public:
    OpenSslContext(Context::Ptr context, const TlsMaterial& material)
        : _context(std::move(context)), _material(material) {}

    const TlsMaterial& material() const override { return _material; }

    std::unique_ptr<Stream> secure(std::unique_ptr<Stream> stream, const std::string& host) const override {
        return std::make_unique<TlsStream>(_context->sslContext(), std::move(stream), host, _material);
    }

  private:
    Context::Ptr _context;
    const TlsMaterial _material;
};

}  // namespace

Result<std::shared_ptr<const TlsContext>> loadTls(const TlsMaterial& material) {
    try {
        const bool systemTrust = material.ca.file.empty();
        Context::Ptr context = makeContext(systemTrust);
        SSL_CTX* raw = context->sslContext();
        ERR_clear_error();
        auto done = systemTrust ? Result<void>() : trust(raw, material);
        done = done ? identify(raw, material) : done;
        done = done ? checkPins(material) : done;
        if (!done) {
            return done.error();
        }
        return std::shared_ptr<const TlsContext>(std::make_shared<OpenSslContext>(context, material));
    } catch (const Poco::Exception& failure) {
        return Error(Code::internal, "TLS cannot be set up: " + failure.displayText());
    }
}

}  // namespace aip::network
