#pragma once

#include "tests/support/test_certificates.h"
#include "tests/support/websocket_peer.h"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace aip::tests {

/// TLS between a WebSocketPeer and its socket.
class TlsLayer final : public PeerLayer {
  public:
    /// Does not take the socket.
    TlsLayer(SSL_CTX* context, int socket);

    /// Why the handshake failed; empty if it did not.
    std::string handshake();

    void send(std::string_view bytes) override;
    std::size_t receive(std::span<char> space) override;

    /// The records that `bytes` become, not sent.
    std::string seal(std::string_view bytes);

    /// Past TLS.
    void sendBelow(std::string_view bytes);

    /// close_notify.
    void finish() { SSL_shutdown(_ssl.get()); }

    /// The client has said close_notify.
    bool finished() const { return (SSL_get_shutdown(_ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

    /// Asks the client for new keys, too.
    void changeKeys();

    /// Whom the client thought to reach (SNI); empty if it did not say.
    std::string serverName() const;
    /// Common name of the client's certificate; empty if it showed none.
    std::string clientName() const;

  private:
    const int _socket;
    std::unique_ptr<SSL, void (*)(SSL*)> _ssl;
};

/// A peer as far as it got.
struct TlsPeer {
    WebSocketPeer peer;
    TlsLayer& tls;        ///< of the peer
    std::string failure;  ///< of the handshake; empty: none
};

/// What a server shows and demands.
class TlsServer {
  public:
    explicit TlsServer(const Identity& identity);

    /// Every client must have a certificate of this authority.
    void demandCertificatesOf(const Identity& authority);
    /// Besides its own.
    void showIssuer(const Identity& issuer);
    void speakOnly(int version);  ///< TLS1_2_VERSION, ...

    TlsPeer handshake(int socket) const;
    TlsPeer accept(Listener& listener) const { return handshake(listener.accept().release()); }

    /// With the upgrade done; a handshake that fails is thrown.
    TlsPeer acceptUpgraded(Listener& listener) const;

  private:
    std::shared_ptr<SSL_CTX> _context;
};

}  // namespace aip::tests
