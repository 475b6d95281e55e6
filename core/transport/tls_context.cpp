#include "transport/tls.h"
#include "transport/tls_stream.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace aip::transport {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::Net::Context;

constexpr std::size_t pinSize = 44;  // 32 bytes in Base64

/// Nobody is there to type one. `asked` (a bool, or null) learns that there was a need.
int refusePassword(char* /*password*/, int /*size*/, int /*writing*/, void* asked) {
    if (asked != nullptr) {
        *static_cast<bool*>(asked) = true;
    }
    return -1;
}

Context::Ptr makeContext(bool systemTrust) {
    Context::Params params;
    params.verificationMode = Context::VERIFY_STRICT;
    params.loadDefaultCAs = systemTrust;
    params.cipherList = "HIGH:!aNULL:!eNULL";
    Context::Ptr context(new Context(Context::TLS_CLIENT_USE, params));
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    SSL_CTX* raw = context->sslContext();
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(raw,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_client_cert_cb(raw, TlsStream::onCertificateWanted);
    SSL_CTX_set_default_passwd_cb(raw, refusePassword);
    return context;
}

Error bad(const char* setting, const std::string& file, const std::string& why) {
    ERR_clear_error();
    return {Code::invalid, std::string(setting) + ": " + file + " " + why};
}

/// OpenSSL's own words for a file that cannot be opened are hard to read.
Result<void> checkOpens(const char* setting, const std::string& file) {
    if (std::ifstream(file).is_open()) {
        return {};
    }
    return Error(Code::notFound, std::string(setting) + ": " + file + ": " + std::strerror(errno));
}

/// Who is named is trusted, be it the root of a chain, an issuer in between or the server itself.
Result<void> trust(SSL_CTX* context, const std::string& file) {
    auto opens = checkOpens("server.ca_file", file);
    if (opens && SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
        return bad("server.ca_file", file, "holds no certificate in PEM form");
    }
    X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN);
    return opens;
}

Result<void> useCertificate(SSL_CTX* context, const std::string& file) {
    auto opens = checkOpens("server.certificate_file", file);
    if (opens && SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1) {
        return bad("server.certificate_file", file, "holds no certificate in PEM form");
    }
    return opens;
}

std::string whyNoKey(bool encrypted, const std::string& certificateFile) {
    if (encrypted) {
        return "is encrypted: store the key as it is, mode 600 protects it";
    }
    switch (ERR_GET_REASON(ERR_peek_last_error())) {
        case X509_R_KEY_VALUES_MISMATCH:
        case X509_R_KEY_TYPE_MISMATCH:
            return "is not the key of the certificate in " + certificateFile;
        default:
            return "holds no private key in PEM form";
    }
}

Result<void> useKey(SSL_CTX* context, const TlsSettings& settings) {
    const std::string& file = settings.privateKeyFile;
    auto opens = checkOpens("server.private_key_file", file);
    if (!opens) {
        return opens;
    }
    bool encrypted = false;
    SSL_CTX_set_default_passwd_cb_userdata(context, &encrypted);
    const bool used = SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    return used ? Result<void>() : bad("server.private_key_file", file, whyNoKey(encrypted, settings.certificateFile));
}

Result<void> identify(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.certificateFile.empty() != settings.privateKeyFile.empty()) {
        return Error(Code::invalid,
                     "server.certificate_file and server.private_key_file go together: set both or none");
    }
    if (settings.certificateFile.empty()) {
        return {};
    }
    auto used = useCertificate(context, settings.certificateFile);
    return used ? useKey(context, settings) : used;
}

Result<void> checkPins(const std::vector<std::string>& pins) {
    for (const std::string& pin : pins) {
        if (pin.size() != pinSize || pin.back() != '=') {
            return Error(Code::invalid, "server.public_key_pin: '" + pin + "' is not a SHA-256 in Base64 (" +
                                            std::to_string(pinSize) + " characters, the last one '=')");
        }
    }
    return {};
}

class OpenSslContext final : public TlsContext {
  public:
    OpenSslContext(Context::Ptr context, std::vector<std::string> pins)
        : _context(std::move(context)), _pins(std::move(pins)) {}

    std::unique_ptr<Stream> secure(std::unique_ptr<Stream> stream, const std::string& host) const override {
        return std::make_unique<TlsStream>(_context->sslContext(), std::move(stream), host, _pins);
    }

  private:
    Context::Ptr _context;
    const std::vector<std::string> _pins;
};

}  // namespace

Result<std::shared_ptr<const TlsContext>> loadTls(const TlsSettings& settings) {
    try {
        Context::Ptr context = makeContext(settings.caFile.empty());
        SSL_CTX* raw = context->sslContext();
        auto done = settings.caFile.empty() ? Result<void>() : trust(raw, settings.caFile);
        done = done ? identify(raw, settings) : done;
        done = done ? checkPins(settings.publicKeys) : done;
        if (!done) {
            return done.error();
        }
        return std::shared_ptr<const TlsContext>(std::make_shared<OpenSslContext>(context, settings.publicKeys));
    } catch (const Poco::Exception& failure) {
        return Error(Code::internal, "TLS cannot be set up: " + failure.displayText());
    }
}

}  // namespace aip::transport
