#include "tests/support/tls_peer.h"

#include <openssl/err.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/time.h>

namespace aip::tests {
namespace {

std::string lastError() {
    const unsigned long error = ERR_peek_last_error();
    const char* words = error == 0 ? nullptr : ERR_reason_error_string(error);
    ERR_clear_error();
    return words == nullptr ? "the connection broke" : words;
}

void limitWaits(int socket) {
    const timeval most{limit.count(), 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
}

}  // namespace

TlsLayer::TlsLayer(SSL_CTX* context, int socket) : _socket(socket), _ssl(SSL_new(context), SSL_free) {
    limitWaits(socket);
    SSL_set_fd(_ssl.get(), socket);
}

std::string TlsLayer::handshake() {
    return SSL_accept(_ssl.get()) == 1 ? "" : lastError();
}

void TlsLayer::send(std::string_view bytes) {
    std::size_t sent = 0;
    if (!bytes.empty() && SSL_write_ex(_ssl.get(), bytes.data(), bytes.size(), &sent) != 1) {
        throw std::runtime_error("sending to the client: " + lastError());
    }
}

std::size_t TlsLayer::receive(std::span<char> space) {
    std::size_t got = 0;
    if (SSL_read_ex(_ssl.get(), space.data(), space.size(), &got) == 1) {
        return got;
    }
    if (SSL_get_error(_ssl.get(), 0) == SSL_ERROR_WANT_READ) {
        throw std::runtime_error("timed out waiting for the client");
    }
    ERR_clear_error();
    return 0;
}

std::string TlsLayer::seal(std::string_view bytes) {
    BIO* socket = SSL_get_wbio(_ssl.get());
    BIO_up_ref(socket);
    SSL_set0_wbio(_ssl.get(), BIO_new(BIO_s_mem()));
    send(bytes);
    char* data = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(_ssl.get()), &data);
    std::string records(data, static_cast<std::size_t>(size));
    SSL_set0_wbio(_ssl.get(), socket);
    return records;
}

void TlsLayer::sendBelow(std::string_view bytes) {
    if (::send(_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error("sending to the client");
    }
}

void TlsLayer::changeKeys() {
    SSL_key_update(_ssl.get(), SSL_KEY_UPDATE_REQUESTED);
}

std::string TlsLayer::serverName() const {
    const char* name = SSL_get_servername(_ssl.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

std::string TlsLayer::clientName() const {
    std::array<char, 100> name{};
    if (X509* shown = SSL_get0_peer_certificate(_ssl.get()); shown != nullptr) {
        X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name.data(), name.size());
    }
    return name.data();
}

TlsServer::TlsServer(const Identity& identity) : _context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
    std::signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_security_level(_context.get(), 0);  // for the tests of what is too old
    SSL_CTX_use_certificate(_context.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(_context.get(), identity.key.get());
}

void TlsServer::demandCertificatesOf(const Identity& authority) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(_context.get()), authority.certificate.get());
    SSL_CTX_set_verify(_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

void TlsServer::showIssuer(const Identity& issuer) {
    SSL_CTX_add1_chain_cert(_context.get(), issuer.certificate.get());
}

void TlsServer::speakOnly(int version) {
    SSL_CTX_set_min_proto_version(_context.get(), version);
    SSL_CTX_set_max_proto_version(_context.get(), version);
}

TlsPeer TlsServer::handshake(int socket) const {
    auto layer = std::make_unique<TlsLayer>(_context.get(), socket);
    TlsLayer& tls = *layer;
    std::string failure = tls.handshake();
    return {WebSocketPeer(socket, std::move(layer)), tls, std::move(failure)};
}

TlsPeer TlsServer::acceptUpgraded(Listener& listener) const {
    TlsPeer accepted = accept(listener);
    if (!accepted.failure.empty()) {
        throw std::runtime_error("the handshake failed: " + accepted.failure);
    }
    accepted.peer.acceptUpgrade();
    return accepted;
}

}  // namespace aip::tests
