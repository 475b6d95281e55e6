#include "network/certificate.h"

#include "base/base64.h"
#include "base/json_text.h"

#include <Poco/Net/IPAddress.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

namespace aip::network {
namespace {

/// A certificate may claim anything at any length.
constexpr std::size_t maxText = 200;

std::string text(const ASN1_STRING* value) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
            static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string commonName(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    const std::string found = at < 0 ? "" : text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    return found.empty() ? "someone unnamed" : "'" + base::readable(found, maxText) + "'";
}

std::string nameOf(const GENERAL_NAME* name) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(name, &type);
    if (type == GEN_DNS) {
        return text(static_cast<const ASN1_STRING*>(value));
    }
    const std::string bytes = type == GEN_IPADD ? text(static_cast<const ASN1_STRING*>(value)) : "";
    if (bytes.size() != 4 && bytes.size() != 16) {
        return {};
    }
    return Poco::Net::IPAddress(bytes.data(), static_cast<poco_socklen_t>(bytes.size())).toString();
}

std::string date(const ASN1_TIME* time) {
    std::tm parts{};
    std::array<char, 32> out{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) {
        return "a time that is not valid";
    }
    return {out.data(), std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    std::array<char, 32> out{};
    gmtime_r(&now, &parts);
    return {out.data(), std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

const std::string clockAdvice = ", or set the clock of this device, which says ";

std::string untrustedIssuer(const X509* certificate, const std::string& why, const std::string& setting) {
    return why + " (it is for " + namesOf(certificate) + ", issued by " +
           commonName(X509_get_issuer_name(certificate)) + "): if it is the right one, let " + setting +
           " name a file with its certificate or that of its issuer";
}

}  // namespace

std::string publicKeyPin(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(der,
                                                                         [](unsigned char* p) { OPENSSL_free(p); });
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digestSize = 0;
    if (size <= 0 ||
        EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &digestSize, EVP_sha256(), nullptr) != 1) {
        return {};
    }
    return base::base64({reinterpret_cast<const char*>(digest.data()), digestSize});
}

std::string namesOf(const X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free);
    std::string all;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const std::string name = nameOf(sk_GENERAL_NAME_value(names.get(), i));
        all += (all.empty() || name.empty() ? "" : ", ") + name;
    }
    return all.empty() ? commonName(X509_get_subject_name(certificate)) : base::readable(all, maxText);
}

std::string whyDistrusted(X509_STORE_CTX* store, const std::string& host, const SettingNames& names) {
    const std::string caFile = names.key("ca_file");
    const int error = X509_STORE_CTX_get_error(store);
    const X509* certificate = X509_STORE_CTX_get_current_cert(store);
    if (certificate == nullptr) {
        return std::string("the server's certificate cannot be verified: ") + X509_verify_cert_error_string(error);
    }
    const bool own = X509_STORE_CTX_get_error_depth(store) == 0;
    const std::string which = own ? "the server's certificate"
                                  : "the certificate of its issuer " + commonName(X509_get_subject_name(certificate));
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return which + " expired on " + date(X509_get0_notAfter(certificate)) + ": have it renewed" + clockAdvice +
                   today();
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return which + " is not valid before " + date(X509_get0_notBefore(certificate)) + ": wait" + clockAdvice +
                   today();
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return which + " is for " + namesOf(certificate) + ", not for " + host + ": use one of these in " +
                   names.key("url") + ", or have a certificate made for " + host;
        case X509_V_ERR_CERT_REVOKED:
            return which + " is revoked, says the revocation list in " + caFile + ": have another one made";
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return which + " is on no revocation list that " + caFile +
                   " could be checked with: add that of its issuer " + commonName(X509_get_issuer_name(certificate)) +
                   ", or remove the others";
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return "the revocation list for " + which + " has expired: put a new one into " + caFile + clockAdvice +
                   today();
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return untrustedIssuer(certificate, which + " is signed by itself and not among those we trust", caFile);
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return untrustedIssuer(certificate, which + " comes from an issuer whom we do not trust", caFile);
        default:
            return which + " will not do: " + X509_verify_cert_error_string(error);
    }
}

Obstacle obstacleOf(int error) {
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return Obstacle::expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_CRL_NOT_YET_VALID:
            return Obstacle::notYetValid;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return Obstacle::otherName;
        default:
            return Obstacle::untrusted;
    }
}

}  // namespace aip::network
