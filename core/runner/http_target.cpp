#include "runner/http_target.h"

#include "network/http_url.h"
#include "network/tls.h"

#include <utility>

namespace aip::runner {
namespace {

network::TlsMaterial materialOf(const hosting::ServerTls& tls, const std::string& section) {
    return {.ca = {tls.caFile, tls.ca},
            .certificate = {tls.certificateFile, tls.certificate},
            .privateKey = {tls.privateKeyFile, tls.privateKey},
            .publicKeys = tls.publicKeys,
            .names = {section, "http"}};
}

base::Result<void> addProxy(http::Target& target, const hosting::ServerProxy& proxy) {
    if (proxy.url.empty()) {
        return {};
    }
    auto parsed = network::parseProxy({proxy.url, proxy.credentials, {proxy.setting, proxy.credentialsSetting}});
    if (!parsed) {
        return std::move(parsed).error();
    }
    target.proxy = *std::move(parsed);
    return {};
}

}  // namespace

base::Result<http::Target> targetOf(const hosting::ServerSpec& server) {
    const std::string section = "mcp." + server.nameSpace;
    auto url = network::parseHttpUrl(server.url);
    if (!url) {
        return std::move(url).error().within(section + ".url");
    }
    http::Target target{.url = *std::move(url), .tls = {}, .proxy = {}, .urlSetting = section + ".url"};
    if (auto added = addProxy(target, server.proxy); !added) {
        return std::move(added).error();
    }
    if (target.secure()) {
        auto tls = network::loadTls(materialOf(server.tls, section));
        if (!tls) {
            return std::move(tls).error();
        }
        target.tls = *std::move(tls);
    }
    return target;
}

}  // namespace aip::runner
