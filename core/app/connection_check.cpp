#include "app/connection_check.h"

#include "app/connection_findings.h"
#include "app/platform.h"
#include "lifecycle/connection_probe.h"
#include "transport/websocket_channel.h"

#include <algorithm>
#include <utility>

namespace aip::app {
namespace {

constexpr std::chrono::seconds longestClose{2};

}  // namespace

ConnectionReport checkConnection(const Settings& settings, Reach reach) {
    if (reach == Reach::none) {
        return {};
    }
    auto channelSettings = settings.channel;
    channelSettings.closeTimeout = std::min<std::chrono::milliseconds>(channelSettings.closeTimeout, longestClose);
    const base::SystemClock clock;
    const auto channel = transport::makeWebSocketChannel(channelSettings, clock);
    auto result = lifecycle::probe({settings.session.endpoint, settings.session.clientId,
                                    settings.platform.empty() ? std::string(platformName()) : settings.platform,
                                    reach == Reach::registration, settings.session.registrationTimeout},
                                   *channel, clock);
    return {std::move(result.passed), connectionFindings(result), clockFindings(result.clockAhead), result.retryAfter};
}

}  // namespace aip::app
