#include "app/server_connection.h"

#include "app/connection.h"
#include "app/proxy_environment.h"
#include "base/ascii.h"
#include "base/file.h"
#include "base/setting_text.h"
#include "network/http_url.h"
#include "network/proxy.h"
#include "network/tls.h"

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using hosting::ServerTls;
using plugins::ServerSettings;

constexpr std::size_t largestHeaders = 64UL << 10U;

/// None: it is not a header.
std::optional<std::string> header(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !base::isToken(line.substr(0, colon)) || !base::checkPrintable(line)) {
        return std::nullopt;
    }
    return std::string(line.substr(0, colon)) + ": " + std::string(base::trimmed(line.substr(colon + 1)));
}

Result<std::vector<std::string>> readHeaders(const std::string& file) {
    const auto content = base::readFile(file, {largestHeaders, base::Access::onlyOursRead});
    if (!content) {
        return content.error();
    }
    std::vector<std::string> headers;
    std::size_t number = 0;
    std::istringstream lines(*content);
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto trimmed = base::trimmed(std::string_view(line).substr(0, line.find_last_not_of('\r') + 1));
        if (trimmed.empty()) {
            continue;
        }
        const auto one = header(trimmed);
        if (!one) {
            return Error(Code::invalid, file + ": line " + std::to_string(number) + " is not a header, NAME: value");
        }
        headers.push_back(*one);
    }
    return headers;
}

Result<void> addHeaders(ServerSettings& server, const std::string& section) {
    if (server.headersFile.empty()) {
        return {};
    }
    auto headers = readHeaders(server.headersFile);
    if (!headers) {
        return std::move(headers).error().within(section + ".headers_file");
    }
    server.spec.headers = *std::move(headers);
    return {};
}

struct PemFileRow {
    const char* key;
    std::string ServerTls::*file;
    std::string ServerTls::*text;
    base::Access access;
};

constexpr PemFileRow pemFiles[] = {
    {"ca_file", &ServerTls::caFile, &ServerTls::ca, base::Access::onlyOursWrite},
    {"certificate_file", &ServerTls::certificateFile, &ServerTls::certificate, base::Access::onlyOursWrite},
    {"private_key_file", &ServerTls::privateKeyFile, &ServerTls::privateKey, base::Access::onlyOursRead}};

/// Whether what has been read fits together; with nothing set there is nothing to be found out here.
Result<void> checkTls(const ServerTls& tls, const std::string& section) {
    if (tls == ServerTls()) {
        return {};
    }
    const auto loaded = network::loadTls({.ca = {tls.caFile, tls.ca},
                                          .certificate = {tls.certificateFile, tls.certificate},
                                          .privateKey = {tls.privateKeyFile, tls.privateKey},
                                          .publicKeys = tls.publicKeys,
                                          .names = {section, "http"}});
    return loaded ? Result<void>() : loaded.error();
}

Result<void> addTls(ServerSettings& server, const std::string& section) {
    auto& tls = server.spec.tls;
    for (const auto& row : pemFiles) {
        auto text = readPem(tls.*row.file, row.access);
        if (!text) {
            return std::move(text).error().within(section + "." + row.key);
        }
        tls.*row.text = *std::move(text);
    }
    return checkTls(tls, section);
}

Result<void> addCredentials(ServerSettings& server, const std::string& section) {
    if (server.proxyCredentialsFile.empty()) {
        return {};
    }
    auto credentials = readProxyCredentials(server.proxyCredentialsFile);
    if (!credentials) {
        return std::move(credentials).error().within(section + ".http_proxy_credentials_file");
    }
    server.spec.proxy.credentials = *std::move(credentials);
    return {};
}

/// That of the environment, unless one is set. Credentials that are set win over those of the variable.
Result<void> addProxy(ServerSettings& server, const std::string& section) {
    auto& proxy = server.spec.proxy;
    proxy.setting = section + ".http_proxy";
    proxy.credentialsSetting = section + ".http_proxy_credentials_file";
    if (!proxy.url.empty()) {
        const auto parsed = network::parseProxy({proxy.url, "", {proxy.setting, proxy.credentialsSetting}});
        return parsed ? Result<void>() : parsed.error();
    }
    const auto url = network::parseHttpUrl(server.spec.url);
    const auto found = url ? network::proxyFor(network::needOf(*url), proxyEnvironment()) : url.error();
    if (!found) {
        return found.error();
    }
    if (const auto& text = *found) {
        proxy = {text->url, proxy.credentials.empty() ? text->credentials : proxy.credentials, text->origin.setting,
                 text->origin.credentials};
    }
    return {};
}

}  // namespace

std::vector<Error> resolveServers(Settings& settings) {
    std::vector<Error> faults;
    for (auto& [name, server] : settings.discovery.servers) {
        if (!server.enabled || server.spec.url.empty()) {
            continue;
        }
        for (const auto step : {addHeaders, addTls, addCredentials, addProxy}) {
            if (auto done = step(server, "mcp." + name); !done) {
                faults.push_back(std::move(done).error());
            }
        }
    }
    return faults;
}

}  // namespace aip::app
