#include "app/connection_check.h"

#include "app/platform.h"
#include "app/redaction.h"
#include "lifecycle/connection_probe.h"
#include "transport/websocket_channel.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace aip::app {
namespace {

struct CureRow {
    std::string_view step;
    const char* cure;
};

constexpr std::array cures{
    CureRow{"resolve",
            "check the host in server.url and the name servers of this machine; behind a proxy, set "
            "connection.http_proxy"},
    CureRow{"connect",
            "check host and port in server.url or connection.http_proxy, that the server runs there, and "
            "the firewalls in between"},
    CureRow{"proxy",
            "check connection.http_proxy and connection.http_proxy_credentials_file, or https_proxy and "
            "no_proxy of the environment"},
    CureRow{"tls", "check server.ca_file, server.public_key_pin, server.certificate_file and the host in server.url"},
    CureRow{"upgrade", "check the path in server.url, the key (server.token_file or server.token) and server.token_in"},
    CureRow{"register", "check client.id: another device, or this agent at work, may have it"},
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
    const auto* row = std::ranges::find(cures, result.failed, &CureRow::step);
    out << "    " << (row == cures.end() ? "" : row->cure) << "\n";
    return false;
}

}  // namespace aip::app
