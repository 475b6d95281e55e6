#pragma once

#include "network/stream.h"
#include "network/stream_bio.h"
#include "network/tls.h"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace aip::network {

/// TLS as a client, over any other stream. It reads no further than the record it needs, so that what the descriptor
/// tells stays true but for the rest of one record.
class TlsStream final : public Stream {
  public:
    TlsStream(SSL_CTX* context, std::unique_ptr<Stream> below, const std::string& host, const TlsMaterial& material);
    ~TlsStream() override;
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    int descriptor() const override { return _below->descriptor(); }
    IoStep connect() override;
    IoStep read(std::span<char> space) override;
    IoStep write(std::string_view bytes) override;
    bool buffered() const override { return SSL_pending(_ssl.get()) > 0; }
    const std::string& error() const override { return _error; }
    Obstacle obstacle() const override;

    /// Called by OpenSSL when the server asks for a certificate and there is none.
    static int onCertificateWanted(SSL* ssl, X509** certificate, EVP_PKEY** key);

  private:
    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    static TlsStream& of(const SSL* ssl) { return *static_cast<TlsStream*>(SSL_get_app_data(ssl)); }
    static int onVerify(int ok, X509_STORE_CTX* store);

    bool expect(const std::string& host);
    IoStep checkPins();
    IoStep step(int result, std::size_t bytes);
    IoStep ended();
    IoStep fail(std::string why, Obstacle obstacle = Obstacle::unknown);
    bool speaksTls() const;
    std::string explain() const;
    std::string noTls() const;
    std::string certificateDemanded() const;

    const std::unique_ptr<Stream> _below;
    const std::string _host;
    const TlsMaterial& _material;  ///< of the context
    BelowTls _link;
    std::unique_ptr<SSL, Free> _ssl;
    bool _expects = false;      ///< OpenSSL checks that the certificate is for the host
    bool _established = false;  ///< and not broken
    bool _heard = false;        ///< the server has said something
    bool _certificateWanted = false;
    std::string _distrust;  ///< why the server's certificate or key will not do
    Obstacle _whyDistrust = Obstacle::unknown;
    std::string _error;
    Obstacle _obstacle = Obstacle::unknown;
};

}  // namespace aip::network
