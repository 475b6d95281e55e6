#include "app/connection_check.h"

#include "app/platform.h"
#include "app/redaction.h"
#include "lifecycle/connection_probe.h"
#include "transport/websocket_channel.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>

namespace aip::app {
namespace {

using transport::Obstacle;

struct CureRow {
    std::string_view step;  ///< empty: any
    bool (*fits)(const lifecycle::ProbeResult&);
    const char* cure;
};

bool always(const lifecycle::ProbeResult& /*result*/) {
    return true;
}

template <Obstacle obstacle>
bool is(const lifecycle::ProbeResult& result) {
    return result.obstacle == obstacle;
}

template <int first, int last = first>
bool http(const lifecycle::ProbeResult& result) {
    return result.httpStatus >= first && result.httpStatus <= last;
}

/// The first that fits.
constexpr CureRow cures[] = {
    {"", is<Obstacle::shortage>,
     "nothing to change in the configuration: end what has too much open, or raise the limit (ulimit -n, "
     "LimitNOFILE=)"},
    {"", is<Obstacle::certificateWanted>,
     "set server.certificate_file and server.private_key_file: a certificate that the server trusts, and its key"},
    {"resolve", always,
     "check the host in server.url and the name servers of this machine; behind a proxy, set connection.http_proxy"},
    {"connect", always,
     "check host and port in server.url or connection.http_proxy, that the server runs there, and the firewalls in "
     "between"},
    {"proxy", is<Obstacle::notHttp>,
     "check host and port in connection.http_proxy, or in https_proxy of the environment: what listens there is not an "
     "HTTP proxy"},
    {"proxy", is<Obstacle::cut>,
     "check host and port in connection.http_proxy, or in https_proxy of the environment, and the log of the proxy"},
    {"proxy", http<429>, "wait: the proxy wants fewer attempts"},
    {"proxy", http<500, 599>, "check host and port in server.url, and whether the proxy can reach them"},
    {"proxy", always,
     "check connection.http_proxy and connection.http_proxy_credentials_file, or https_proxy and no_proxy of the "
     "environment"},
    {"tls", is<Obstacle::plaintext>,
     "check the port in server.url, or use ws:// (to another machine with server.allow_plaintext)"},
    {"tls", is<Obstacle::silence>,
     "check the port in server.url: what listens there does not answer as TLS does; a slow server needs a longer "
     "connection.connect_timeout"},
    {"tls", is<Obstacle::cut>, "check the port in server.url, and the log of the server: it may not speak TLS there"},
    {"tls", always, "check server.ca_file, server.public_key_pin, server.certificate_file and the host in server.url"},
    {"upgrade", is<Obstacle::tls>, "write wss:// instead of ws:// in server.url"},
    {"upgrade", is<Obstacle::cut>,
     "check the log of the server and of a proxy in front of it, and the path in server.url; if the server speaks TLS "
     "there, use wss://"},
    {"upgrade", is<Obstacle::silence>,
     "check the path in server.url and that a WebSocket server listens there; a slow one needs a longer "
     "connection.connect_timeout"},
    {"upgrade", http<300, 399>, "put the address that it leads to into server.url, as ws:// or wss://"},
    {"upgrade", is<Obstacle::notHttp>,
     "check host and port in server.url: what listens there is not a web server, or speaks HTTP/2 only"},
    {"upgrade", http<200, 299>,
     "check the path in server.url: a web server answers there with a page, not with a WebSocket"},
    {"upgrade", http<404>, "check the path in server.url: the server has nothing at this one"},
    {"upgrade", http<407>,
     "set connection.http_proxy to the proxy in between, and connection.http_proxy_credentials_file; or have it let "
     "this "
     "device pass"},
    {"upgrade", http<426>,
     "use wss:// if the server wants TLS; otherwise check the path in server.url, and that the server there speaks "
     "WebSocket version 13"},
    {"upgrade", http<429>, "wait: the server wants fewer attempts; the key and the address are not in doubt"},
    {"upgrade", http<500, 599>, "check the server, or what stands in front of it: it fails by itself"},
    {"upgrade", always,
     "check the path in server.url, the key (server.token_file or server.token) and server.token_in"},
    {"register", is<Obstacle::silence>,
     "check that server.url is that of an Agent Server; a slow one needs a longer connection.registration_timeout"},
    {"register", is<Obstacle::cut>, "check the log of the server and of a proxy in front of it"},
    {"register", always, "check client.id: another device, or this agent at work, may have it"},
};

constexpr std::chrono::seconds longestClose{2};

/// What a stranger has said in it cannot make it look like another line.
std::string asOneLine(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

}  // namespace

bool checkConnection(const Settings& settings, Reach reach, std::ostream& out) {
    auto channelSettings = settings.channel;
    channelSettings.closeTimeout = std::min<std::chrono::milliseconds>(channelSettings.closeTimeout, longestClose);
    const base::SystemClock clock;
    const auto channel = transport::makeWebSocketChannel(channelSettings, clock);
    const auto result = lifecycle::probe({settings.session.endpoint, settings.session.clientId,
                                          settings.platform.empty() ? std::string(platformName()) : settings.platform,
                                          reach == Reach::registration, settings.session.registrationTimeout},
                                         *channel, clock);
    for (const auto& step : result.passed) {
        out << step << ": ok\n";
    }
    if (result.failed.empty()) {
        return true;
    }
    out << result.failed << ": failed: " << asOneLine(Redaction(settings)(result.why)) << "\n";
    const auto* row = std::ranges::find_if(cures, [&](const CureRow& each) {
        return (each.step.empty() || each.step == result.failed) && each.fits(result);
    });
    out << "    " << (row == std::end(cures) ? "" : row->cure) << "\n";
    if (result.retryAfter.count() > 0) {
        out << "    it asks to wait for " << std::chrono::ceil<std::chrono::seconds>(result.retryAfter).count()
            << " s (Retry-After)\n";
    }
    return false;
}

}  // namespace aip::app
