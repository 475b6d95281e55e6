#include "app/connection.h"

#include "app/proxy_environment.h"
#include "app/secret.h"
#include "transport/target.h"

#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

Result<void> readCredentials(Settings& settings) {
    if (settings.proxyCredentialsFile.empty()) {
        return {};
    }
    auto credentials = readSecretFile(settings.proxyCredentialsFile);
    if (credentials && credentials->find(':') == std::string::npos) {
        credentials = Error(Code::invalid, settings.proxyCredentialsFile + ": expected one line user:password");
    }
    if (!credentials) {
        return std::move(credentials).error().within("connection.http_proxy_credentials_file");
    }
    settings.session.endpoint.proxyCredentials = *std::move(credentials);
    return {};
}

/// Also for ws://, if anything is set: a mistake in it does not wait until the address is changed.
bool wantsTls(const Settings& settings, const transport::Target& target) {
    const transport::TlsSettings& tls = settings.tls;
    return target.secure || !tls.caFile.empty() || !tls.certificateFile.empty() || !tls.privateKeyFile.empty() ||
           !tls.publicKeys.empty();
}

Result<void> loadIdentity(Settings& settings) {
    if (const std::string& key = settings.tls.privateKeyFile; !key.empty()) {
        if (auto checked = checkPrivate(key); !checked) {
            return std::move(checked).error().within("server.private_key_file");
        }
    }
    auto tls = transport::loadTls(settings.tls);
    if (!tls) {
        return tls.error();
    }
    settings.session.endpoint.tls = *std::move(tls);
    return {};
}

}  // namespace

Result<void> resolveConnection(Settings& settings) {
    const auto target = transport::parseEndpoint(settings.session.endpoint);
    if (!target) {
        return target.error();
    }
    if (auto read = readCredentials(settings); !read) {
        return read;
    }
    auto endpoint = transport::throughEnvironment(settings.session.endpoint, proxyEnvironment());
    if (!endpoint) {
        return endpoint.error();
    }
    settings.session.endpoint = *std::move(endpoint);
    return wantsTls(settings, *target) ? loadIdentity(settings) : Result<void>();
}

}  // namespace aip::app
