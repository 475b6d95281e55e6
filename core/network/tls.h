#pragma once

#include "base/error.h"
#include "network/setting_names.h"
#include "network/stream.h"

#include <memory>
#include <string>
#include <vector>

namespace aip::network {

/// The content of a file in PEM form.
struct PemText {
    std::string file;  ///< its name, for error texts; empty: there is none
    std::string text;

    bool operator==(const PemText&) const = default;
};

struct TlsMaterial {
    PemText ca;           ///< whom we trust: roots, intermediates or the server itself; none: the system's
    PemText certificate;  ///< ours, followed by its chain
    PemText privateKey;   ///< of the certificate
    std::vector<std::string> publicKeys;  ///< the server must have one of these, as publicKeyPin(); empty: any
    SettingNames names{};

    bool operator==(const TlsMaterial&) const = default;
};

/// Who we are and whom we trust: TLS 1.2 or later, chain and host name verified.
class TlsContext {
  public:
    virtual ~TlsContext() = default;

    /// What it was made of.
    virtual const TlsMaterial& material() const = 0;

    /// A stream on top of one that is connected; its connect() is the handshake. `host`: whom we expect there, a name
    /// or a numeric address. The context outlives the stream.
    virtual std::unique_ptr<Stream> secure(std::unique_ptr<Stream> stream, const std::string& host) const = 0;
};

/// Opens no file but those of the system's authorities. The error names the setting and the file.
base::Result<std::shared_ptr<const TlsContext>> loadTls(const TlsMaterial& material);

}  // namespace aip::network
