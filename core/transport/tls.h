#pragma once

#include "base/error.h"
#include "transport/stream.h"

#include <memory>
#include <string>
#include <vector>

namespace aip::transport {

/// Files are in PEM form and read once, by loadTls().
struct TlsSettings {
    std::string caFile;           ///< whom we trust: roots, intermediates or the server itself; empty: the system's
    std::string certificateFile;  ///< ours, followed by its chain; empty: none
    std::string privateKeyFile;   ///< of certificateFile
    std::vector<std::string> publicKeys;  ///< the server must have one of these, as publicKeyPin(); empty: any
};

/// Who we are and whom we trust: TLS 1.2 or later, chain and host name verified.
class TlsContext {
  public:
    virtual ~TlsContext() = default;

    /// A stream on top of one that is connected; its connect() is the handshake. `host`: whom we expect there, a name
    /// or a numeric address. The context outlives the stream.
    virtual std::unique_ptr<Stream> secure(std::unique_ptr<Stream> stream, const std::string& host) const = 0;
};

/// The error names the setting and the file.
base::Result<std::shared_ptr<const TlsContext>> loadTls(const TlsSettings& settings);

}  // namespace aip::transport
