#include "app/connection.h"

#include "app/proxy_environment.h"
#include "app/secret.h"
#include "base/file.h"
#include "transport/target.h"

#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t largestPemFile = 8UL << 20U;  // a bundle of a system's certificates is below 1 MiB

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

struct FileRow {
    const char* setting;
    const std::string& file;
    base::Access access;
};

Result<void> loadIdentity(Settings& settings) {
    for (const auto& [setting, file, access] :
         {FileRow{"server.ca_file", settings.tls.caFile, base::Access::onlyOursWrite},
          FileRow{"server.certificate_file", settings.tls.certificateFile, base::Access::onlyOursWrite},
          FileRow{"server.private_key_file", settings.tls.privateKeyFile, base::Access::onlyOursRead}}) {
        if (auto content = file.empty() ? Result<std::string>("") : base::readFile(file, {largestPemFile, access});
            !content) {
            return std::move(content).error().within(setting);
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
    if (auto read = readCredentials(settings); !read || settings.session.endpoint.url.empty()) {
        return read;
    }
    const auto target = transport::parseEndpoint(settings.session.endpoint);
    if (!target) {
        return target.error();
    }
    auto endpoint = transport::throughEnvironment(settings.session.endpoint, proxyEnvironment());
    if (!endpoint) {
        return endpoint.error();
    }
    settings.session.endpoint = *std::move(endpoint);
    return wantsTls(settings, *target) ? loadIdentity(settings) : Result<void>();
}

}  // namespace aip::app
