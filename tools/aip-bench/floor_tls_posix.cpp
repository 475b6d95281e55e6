#include "floor_wire.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace aip::bench {
namespace {

int atOnce(std::size_t size) {
    return static_cast<int>(std::min(size, std::size_t{1} << 30U));
}

SSL* tlsOf(const std::shared_ptr<void>& wire) {
    return static_cast<SSL*>(wire.get());
}

}  // namespace

FloorWire::FloorWire(int socket) : _socket(socket) {
    std::signal(SIGPIPE, SIG_IGN);
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    _tls = std::shared_ptr<SSL>(SSL_new(context.get()), SSL_free);
    if (SSL_set_fd(tlsOf(_tls), _socket) != 1 || SSL_connect(tlsOf(_tls)) != 1) {
        throw std::runtime_error("no TLS");
    }
}

ssize_t FloorWire::read(char* out, std::size_t room) const {
    return SSL_read(tlsOf(_tls), out, atOnce(room));
}

ssize_t FloorWire::write(const char* bytes, std::size_t size) const {
    return SSL_write(tlsOf(_tls), bytes, atOnce(size));
}

}  // namespace aip::bench
