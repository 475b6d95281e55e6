#include "tests/support/test_certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>
#include <utility>

namespace aip::tests {
namespace {

void require(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error(std::string("cannot make a certificate: ") + what);
    }
}

template <typename Write>
std::string pem(Write write) {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
    require(write(bio.get()) == 1, "PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Key makeKey() {
    return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void setName(X509_NAME* name, const std::string& text) {
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.c_str()),
                                       -1, -1, 0) == 1,
            "name");
}

void addExtension(X509* certificate, int id, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str()), X509_EXTENSION_free);
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

/// Not signed yet.
Certificate draft(const Wish& wish, const Key& key, bool authority) {
    static std::atomic<long> serial{1};
    Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.begins);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.ends);
    X509_set_pubkey(certificate.get(), key.get());
    setName(X509_get_subject_name(certificate.get()), wish.name);
    addExtension(certificate.get(), NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!wish.alternatives.empty()) {
        addExtension(certificate.get(), NID_subject_alt_name, wish.alternatives);
    }
    return certificate;
}

Identity signedBy(Certificate certificate, Key key, X509* issuer, const Key& issuerKey) {
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
    require(X509_sign(certificate.get(), issuerKey.get(), EVP_sha256()) > 0, "signature");
    return {std::move(certificate), std::move(key)};
}

Identity makeSelfSigned(const Wish& wish, bool authority) {
    const Key key = makeKey();
    const Certificate certificate = draft(wish, key, authority);
    return signedBy(certificate, key, certificate.get(), key);
}

}  // namespace

std::string Identity::certificatePem() const {
    return pem([this](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
}

std::string Identity::keyPem() const {
    return pem(
        [this](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string encryptedPem(const Key& key, const std::string& password) {
    return pem([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_128_cbc(), password.data(),
                                             static_cast<int>(password.size()), nullptr, nullptr);
    });
}

Authority::Authority(const std::string& name) : _own(makeSelfSigned({.name = name, .alternatives = ""}, true)) {}

Identity Authority::issue(const Wish& wish) const {
    const Key key = makeKey();
    return signedBy(draft(wish, key, false), key, _own.certificate.get(), _own.key);
}

std::string Authority::revocationList(const std::vector<Identity>& revoked, long ends) const {
    const std::unique_ptr<X509_CRL, void (*)(X509_CRL*)> list(X509_CRL_new(), X509_CRL_free);
    const std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> time(ASN1_TIME_new(), ASN1_TIME_free);
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(_own.certificate.get()));
    X509_CRL_set1_lastUpdate(list.get(), X509_gmtime_adj(time.get(), -7200));
    for (const Identity& each : revoked) {
        X509_REVOKED* entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(each.certificate.get()));
        X509_REVOKED_set_revocationDate(entry, time.get());
        require(X509_CRL_add0_revoked(list.get(), entry) == 1, "revocation");
    }
    X509_CRL_set1_nextUpdate(list.get(), X509_gmtime_adj(time.get(), ends));
    require(X509_CRL_sign(list.get(), _own.key.get(), EVP_sha256()) > 0, "signature of a list");
    return pem([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, list.get()); });
}

Authority Authority::intermediate(const std::string& name, long ends) const {
    const Key key = makeKey();
    const Wish wish{.name = name, .alternatives = "", .ends = ends};
    return Authority(signedBy(draft(wish, key, true), key, _own.certificate.get(), _own.key));
}

Identity Authority::selfSigned(const Wish& wish) {
    return makeSelfSigned(wish, false);
}

}  // namespace aip::tests
