#include "app/connection.h"

#include "app/marked_text.h"
#include "app/proxy_environment.h"
#include "app/secret.h"
#include "base/file.h"
#include "transport/environment_proxy.h"
#include "transport/target.h"

#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using network::PemText;
using network::TlsMaterial;

constexpr std::size_t largestPemFile = 8UL << 20U;  // a bundle of a system's certificates is below 1 MiB

Result<std::string> readToken(const std::string& file) {
    auto token = readSecretFile(file);
    auto checked = token ? checkToken(*token) : Result<void>();
    return checked ? std::move(token) : std::move(checked).error().within(file);
}

struct LineRow {
    const char* setting;
    const std::string& file;
    std::string& secret;
    Result<std::string> (*read)(const std::string& file);
};

void renewLine(Renewal& renewal, const LineRow& row) {
    if (row.file.empty()) {
        return;
    }
    auto line = row.read(row.file);
    if (!line) {
        renewal.faults.push_back(std::move(line).error().within(row.setting));
    } else if (*line != row.secret) {
        row.secret = *std::move(line);
        renewal.changed.emplace_back(row.setting);
    }
}

struct PemRow {
    const char* setting;
    std::string TlsFiles::*file;
    base::Access access;
    PemText TlsMaterial::*text;
};

constexpr PemRow pemRows[] = {
    {"server.ca_file", &TlsFiles::caFile, base::Access::onlyOursWrite, &TlsMaterial::ca},
    {"server.certificate_file", &TlsFiles::certificateFile, base::Access::onlyOursWrite, &TlsMaterial::certificate},
    {"server.private_key_file", &TlsFiles::privateKeyFile, base::Access::onlyOursRead, &TlsMaterial::privateKey}};

/// What can be read; the rest is a fault.
TlsMaterial readMaterial(Renewal& renewal, const Settings& settings) {
    TlsMaterial material{.ca = {}, .certificate = {}, .privateKey = {}, .publicKeys = settings.serverKeys};
    for (const auto& row : pemRows) {
        const std::string& file = settings.tls.*row.file;
        auto text = readPem(file, row.access);
        if (text) {
            material.*row.text = {file, *std::move(text)};
        } else {
            renewal.faults.push_back(std::move(text).error().within(row.setting));
        }
    }
    return material;
}

void noteChanges(Renewal& renewal, const TlsMaterial& before, const TlsMaterial& now) {
    for (const auto& row : pemRows) {
        if (before.*row.text != now.*row.text) {
            renewal.changed.emplace_back(row.setting);
        }
    }
    if (before.publicKeys != now.publicKeys) {
        renewal.changed.emplace_back("server.public_key_pin");
    }
}

void renewTls(Renewal& renewal, const Settings& settings) {
    const std::size_t faults = renewal.faults.size();
    const TlsMaterial material = readMaterial(renewal, settings);
    auto& tls = renewal.endpoint.tls;
    if (renewal.faults.size() > faults || (tls && tls->material() == material)) {
        return;
    }
    if (auto loaded = network::loadTls(material)) {
        noteChanges(renewal, tls ? tls->material() : TlsMaterial(), material);
        tls = *std::move(loaded);
    } else {
        renewal.faults.push_back(std::move(loaded).error());
    }
}

/// Also for ws://, if anything is set: a mistake in it does not wait until the address is changed.
bool wantsTls(const transport::Endpoint& endpoint, const Settings& settings) {
    const auto target = transport::parseEndpoint(endpoint);
    return target && (target->secure || settings.tls != TlsFiles() || !settings.serverKeys.empty());
}

Result<transport::Endpoint> withProxy(const transport::Endpoint& endpoint) {
    const auto target = transport::parseEndpoint(endpoint);
    return target ? transport::throughEnvironment(endpoint, proxyEnvironment()) : target.error();
}

}  // namespace

Result<std::string> readPem(const std::string& file, base::Access access) {
    return file.empty() ? Result<std::string>("") : readUnmarked(file, {largestPemFile, access});
}

Result<std::string> readProxyCredentials(const std::string& file) {
    auto credentials = readSecretFile(file);
    if (credentials && credentials->find(':') == std::string::npos) {
        return Error(Code::invalid, file + ": expected one line user:password");
    }
    return credentials;
}

Renewal renewed(transport::Endpoint current, const Settings& settings) {
    Renewal renewal{std::move(current), {}, {}};
    auto& endpoint = renewal.endpoint;
    renewLine(renewal, {"server.token_file", settings.tokenFile, endpoint.token, readToken});
    renewLine(renewal, {"connection.http_proxy_credentials_file", settings.proxyCredentialsFile,
                        endpoint.proxyCredentials, readProxyCredentials});
    if (wantsTls(endpoint, settings)) {
        renewTls(renewal, settings);
    }
    return renewal;
}

std::vector<Error> resolveConnection(Settings& settings) {
    Renewal renewal = renewed(std::move(settings.session.endpoint), settings);
    settings.session.endpoint = std::move(renewal.endpoint);
    if (!settings.session.endpoint.url.empty()) {
        if (auto endpoint = withProxy(settings.session.endpoint)) {
            settings.session.endpoint = *std::move(endpoint);
        } else {
            renewal.faults.push_back(std::move(endpoint).error());
        }
    }
    return std::move(renewal.faults);
}

}  // namespace aip::app
