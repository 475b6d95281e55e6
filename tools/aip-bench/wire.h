#pragma once

#include "base/descriptor.h"

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace aip::bench {

/// What the driver shows to clients that speak TLS: a key, and a certificate for 127.0.0.1 that signs itself. Throws
/// std::runtime_error.
class TlsIdentity {
  public:
    TlsIdentity();

    const std::string& certificatePem() const { return _pem; }
    SSL_CTX* context() const { return _context.get(); }

  private:
    std::string _pem;
    std::shared_ptr<SSL_CTX> _context;
};

/// The server's end of a connection: bytes, in the clear or over TLS. Blocking. Throws std::runtime_error when the
/// client goes or does nothing for as long as the socket's time limits say.
class Wire {
  public:
    /// `tls`: null, or whose handshake is made now.
    explicit Wire(base::Descriptor socket, const TlsIdentity* tls = nullptr);

    /// At least one byte, at most `room`.
    std::size_t receive(char* out, std::size_t room);
    /// Both, one after the other, at once if they are small.
    void send(std::string_view head, std::string_view tail);
    /// Takes at least one byte, at most `most`, and forgets it; in the clear without a copy.
    std::size_t drop(std::size_t most);
    /// True if bytes come within `milliseconds`, or are there.
    bool ready(int milliseconds) const;

  private:
    std::size_t read(char* out, std::size_t room);
    void write(std::string_view bytes);

    base::Descriptor _socket;
    std::unique_ptr<SSL, void (*)(SSL*)> _tls;
    std::string _scratch;
};

}  // namespace aip::bench
