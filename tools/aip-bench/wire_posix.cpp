#include "wire.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace aip::bench {
namespace {

using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

constexpr long validSeconds = 86'400;
constexpr std::size_t largestRecord = 16UL << 10U;
constexpr std::size_t dropAtOnce = 1UL << 20U;

[[noreturn]] void fail(const char* what) {
    if (errno == EAGAIN) {
        throw std::runtime_error("the client neither says nor takes anything for 30 s");
    }
    throw std::system_error(errno, std::generic_category(), what);
}

void require(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error(std::string("TLS: ") + what + " fails");
    }
}

Certificate certificateOf(EVP_PKEY* key) {
    Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -validSeconds);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), validSeconds);
    X509_set_pubkey(made.get(), key);
    X509_NAME* name = X509_get_subject_name(made.get());
    const auto* text = reinterpret_cast<const unsigned char*>("aip-bench");
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1, "a name");
    X509_set_issuer_name(made.get(), name);
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> address(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"), X509_EXTENSION_free);
    require(address && X509_add_ext(made.get(), address.get(), -1) == 1, "an address");
    require(X509_sign(made.get(), key, EVP_sha256()) > 0, "a signature");
    return made;
}

std::string pemOf(X509* certificate) {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
    require(PEM_write_bio_X509(out.get(), certificate) == 1, "writing a certificate");
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

void sendAll(int socket, std::array<iovec, 2> parts) {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    std::size_t left = parts[0].iov_len + parts[1].iov_len;
    while (left > 0) {
        const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent <= 0) {
            fail("sending");
        }
        left -= static_cast<std::size_t>(sent);
        for (std::size_t gone = static_cast<std::size_t>(sent); auto& part : parts) {
            const std::size_t step = std::min(gone, part.iov_len);
            part.iov_base = static_cast<char*>(part.iov_base) + step;
            part.iov_len -= step;
            gone -= step;
        }
    }
}

iovec piece(std::string_view bytes) {
    return {const_cast<char*>(bytes.data()), bytes.size()};  // NOLINT: the system only reads it
}

}  // namespace

TlsIdentity::TlsIdentity() {
    const PrivateKey key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    require(key != nullptr, "a key");
    const Certificate certificate = certificateOf(key.get());
    _pem = pemOf(certificate.get());
    _context = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    require(SSL_CTX_use_certificate(_context.get(), certificate.get()) == 1, "a certificate");
    require(SSL_CTX_use_PrivateKey(_context.get(), key.get()) == 1, "a key");
}

Wire::Wire(base::Descriptor socket, const TlsIdentity* tls) : _socket(std::move(socket)), _tls(nullptr, SSL_free) {
    if (tls != nullptr) {
        _tls.reset(SSL_new(tls->context()));
        require(SSL_set_fd(_tls.get(), _socket.get()) == 1 && SSL_accept(_tls.get()) == 1, "the handshake");
    }
}

std::size_t Wire::receive(char* out, std::size_t room) {
    if (_tls) {
        return read(out, room);
    }
    const ssize_t bytes = ::recv(_socket.get(), out, room, 0);
    if (bytes == 0) {
        throw std::runtime_error("the client has gone");
    }
    if (bytes < 0) {
        fail("receiving");
    }
    return static_cast<std::size_t>(bytes);
}

std::size_t Wire::read(char* out, std::size_t room) {
    std::size_t bytes = 0;
    require(SSL_read_ex(_tls.get(), out, room, &bytes) == 1, "receiving");
    return bytes;
}

void Wire::write(std::string_view bytes) {
    std::size_t written = 0;
    require(bytes.empty() || SSL_write_ex(_tls.get(), bytes.data(), bytes.size(), &written) == 1, "sending");
}

void Wire::send(std::string_view head, std::string_view tail) {
    if (!_tls) {
        return sendAll(_socket.get(), {piece(head), piece(tail)});
    }
    const std::string_view begin = tail.substr(0, largestRecord - head.size());
    _scratch.assign(head).append(begin);
    write(_scratch);
    write(tail.substr(begin.size()));
}

std::size_t Wire::drop(std::size_t most) {
    if (_tls) {
        _scratch.resize(largestRecord);
        return read(_scratch.data(), std::min(most, largestRecord));
    }
    const ssize_t bytes = ::recv(_socket.get(), nullptr, std::min(most, dropAtOnce), MSG_TRUNC);
    if (bytes <= 0) {
        fail("receiving");
    }
    return static_cast<std::size_t>(bytes);
}

bool Wire::ready(int milliseconds) const {
    pollfd polled{_socket.get(), POLLIN, 0};
    return (_tls && SSL_has_pending(_tls.get()) == 1) || ::poll(&polled, 1, milliseconds) == 1;
}

}  // namespace aip::bench
