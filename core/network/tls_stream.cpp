#include "network/tls_stream.h"

#include "network/certificate.h"
#include "network/resolver.h"

#include <openssl/err.h>

#include <algorithm>
#include <climits>
#include <new>
#include <utility>

namespace aip::network {
namespace {

int clamped(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

/// What the last failure of OpenSSL means to whoever runs the agent. `demanded`: the server wants a certificate and has
/// got none; these words say so.
std::string meaning(unsigned long error, const std::string& host, const SettingNames& names,
                    const std::string& demanded) {
    const char* words = ERR_reason_error_string(error);
    const std::string why = words == nullptr ? "" : std::string(" (") + words + ")";
    switch (ERR_GET_REASON(error)) {
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_WRONG_SSL_VERSION:
        case SSL_R_VERSION_TOO_LOW:
            return "the server speaks no TLS that is safe" + why + ": have it offer TLS 1.2 or later";
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            if (!demanded.empty()) {
                return demanded + why;
            }
            if (ERR_GET_REASON(error) == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE) {
                return "the server and we share no way to encrypt" + why + ": have it offer TLS 1.2 or later";
            }
            return "the server refuses our certificate" + why + ": check " + names.key("certificate_file");
        case SSL_R_TLSV1_UNRECOGNIZED_NAME:
            return "the server does not know the name " + host + ": check " + names.key("url");
        default:
            return "TLS failed" + why;
    }
}

/// The operator may have the revocation lists of some issuers only.
bool lacksOnlyAnIssuersList(X509_STORE_CTX* store) {
    return X509_STORE_CTX_get_error(store) == X509_V_ERR_UNABLE_TO_GET_CRL && X509_STORE_CTX_get_error_depth(store) > 0;
}

}  // namespace

TlsStream::TlsStream(SSL_CTX* context, std::unique_ptr<Stream> below, const std::string& host,
                     const TlsMaterial& material)
    : _below(std::move(below)),
      _host(host.ends_with('.') ? host.substr(0, host.size() - 1) : host),
      _material(material),
      _link{*_below},
      _ssl(SSL_new(context)) {
    if (!_ssl) {
        throw std::bad_alloc();
    }
    BIO* bio = makeBio(_link);
    SSL_set_bio(_ssl.get(), bio, bio);
    SSL_set_app_data(_ssl.get(), this);
    SSL_set_verify(_ssl.get(), SSL_VERIFY_PEER, onVerify);
    _expects = expect(_host);
}

TlsStream::~TlsStream() {
    if (_established) {
        ERR_clear_error();
        SSL_shutdown(_ssl.get());  // as far as it gets without waiting
    }
    ERR_clear_error();
}

/// An empty name would switch the check off.
bool TlsStream::expect(const std::string& host) {
    if (isNumeric(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(_ssl.get()), host.c_str()) == 1;
    }
    return !host.empty() && SSL_set1_host(_ssl.get(), host.c_str()) == 1 &&
           SSL_set_tlsext_host_name(_ssl.get(), host.c_str()) == 1;
}

int TlsStream::onCertificateWanted(SSL* ssl, X509** /*certificate*/, EVP_PKEY** /*key*/) {
    of(ssl)._certificateWanted = true;
    return 0;
}

int TlsStream::onVerify(int ok, X509_STORE_CTX* store) {
    if (ok == 0 && lacksOnlyAnIssuersList(store)) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    if (ok == 0) {
        auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        of(ssl)._distrust = whyDistrusted(store, of(ssl)._host, of(ssl)._material.names);
        of(ssl)._whyDistrust = obstacleOf(X509_STORE_CTX_get_error(store));
    }
    return ok;
}

IoStep TlsStream::connect() {
    if (!_expects) {
        return fail("no certificate can be checked against the host '" + _host +
                    "': write an address in full, as in 10.0.0.1");
    }
    ERR_clear_error();
    const IoStep io = step(SSL_connect(_ssl.get()), 0);
    if (io.progress == Progress::ended) {
        return speaksTls() ? fail("the server cut the connection in the TLS handshake: check that it expects TLS there",
                                  Obstacle::cut)
                           : fail(noTls());
    }
    return io.progress == Progress::done ? checkPins() : io;
}

IoStep TlsStream::checkPins() {
    const std::string pin = publicKeyPin(SSL_get0_peer_certificate(_ssl.get()));
    const auto& pins = _material.publicKeys;
    if (!pins.empty() && std::find(pins.begin(), pins.end(), pin) == pins.end()) {
        _distrust = "the server's public key is not the one of " + _material.names.key("public_key_pin") + ", but " +
                    pin + ": somebody may be in between; set this pin only if the server has a new key";
        _whyDistrust = Obstacle::otherKey;
        return fail(_distrust);
    }
    _established = true;
    return {Progress::done};
}

IoStep TlsStream::read(std::span<char> space) {
    ERR_clear_error();
    const int got = SSL_read(_ssl.get(), space.data(), clamped(space.size()));
    _heard = _heard || got > 0;
    return step(got, static_cast<std::size_t>(std::max(got, 0)));
}

IoStep TlsStream::write(std::string_view bytes) {
    ERR_clear_error();
    const int sent = SSL_write(_ssl.get(), bytes.data(), clamped(bytes.size()));
    return step(sent, static_cast<std::size_t>(std::max(sent, 0)));
}

IoStep TlsStream::step(int result, std::size_t bytes) {
    switch (SSL_get_error(_ssl.get(), result)) {
        case SSL_ERROR_NONE:
            return {Progress::done, bytes};
        case SSL_ERROR_WANT_READ:
            return {Progress::wantsRead};
        case SSL_ERROR_WANT_WRITE:
            return {Progress::wantsWrite};
        case SSL_ERROR_ZERO_RETURN:
            return ended();
        default:
            return _link.ended ? ended() : fail(explain());
    }
}

/// With or without close_notify: what a cut would hide, the WebSocket above notices.
IoStep TlsStream::ended() {
    if (_established && !_heard && _certificateWanted) {
        return fail(certificateDemanded());
    }
    _established = _established && !_link.ended;
    return {Progress::ended};
}

IoStep TlsStream::fail(std::string why, Obstacle obstacle) {
    _established = false;
    _error = std::move(why);
    _obstacle = obstacle;
    return {Progress::failed};
}

Obstacle TlsStream::obstacle() const {
    if (_obstacle != Obstacle::unknown || !_distrust.empty()) {
        return _distrust.empty() ? _obstacle : _whyDistrust;
    }
    if (!speaksTls()) {
        return Obstacle::plaintext;
    }
    if (_certificateWanted && !_heard) {
        return Obstacle::certificateWanted;
    }
    return _below->obstacle();
}

/// As far as we know: every record begins with its type.
bool TlsStream::speaksTls() const {
    const int first = _link.firstByte;
    return first < 0 || (first >= SSL3_RT_CHANGE_CIPHER_SPEC && first <= SSL3_RT_APPLICATION_DATA);
}

std::string TlsStream::noTls() const {
    return "what answers there does not speak TLS: check the port, or use " + _material.names.plainScheme +
           ":// if that is what the server offers";
}

std::string TlsStream::certificateDemanded() const {
    return "the server demands a certificate of us: set " + _material.names.key("certificate_file") + " and " +
           _material.names.key("private_key_file");
}

std::string TlsStream::explain() const {
    if (!_distrust.empty()) {
        return _distrust;
    }
    if (!speaksTls()) {
        return noTls();
    }
    if (_link.failed) {
        const bool unheard = !_heard && _certificateWanted;
        return _below->error() + (unheard ? "; " + certificateDemanded() : "");
    }
    return meaning(ERR_peek_error(), _host, _material.names, _certificateWanted ? certificateDemanded() : "");
}

}  // namespace aip::network
