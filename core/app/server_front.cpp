#include "app/server_front.h"

#include "app/platform.h"
#include "base/backoff.h"
#include "transport/websocket_channel.h"

#include <aip/ext/device_info.h>
#include <aip/ext/task_events.h>

#include <utility>

namespace aip::app {
namespace {

lifecycle::DeviceProfileSettings profileSettings(const Settings& settings) {
    return {settings.session.clientId, settings.platform.empty() ? std::string(platformName()) : settings.platform,
            settings.customMetadata, settings.deviceInfoTimeout, settings.dispatcher.cancelGrace};
}

}  // namespace

ServerFront::ServerFront(const Settings& settings, const Redaction& redaction, execution::Dispatcher& dispatcher,
                         const execution::PluginManager& plugins, base::TimerQueue& timers, const base::Clock& clock,
                         std::shared_ptr<lifecycle::Outbox> outbox, std::function<std::string()> describe,
                         std::function<void(const lifecycle::SessionStatus&)> changed)
    : _settings(settings),
      _announcer([&plugins] { return plugins.promising(AIP_EXT_TASK_EVENTS); }, timers, clock,
                 settings.dispatcher.toolTimeout, settings.dispatcher.cancelGrace),
      _profile(
          profileSettings(settings), [&plugins] { return plugins.promising(AIP_EXT_DEVICE_INFO); }, timers, clock),
      _channel(transport::makeWebSocketChannel(settings.channel, clock)),
      _session(settings.session, parts(dispatcher, clock, std::move(outbox), std::move(describe), std::move(changed))),
      _credentials(settings, redaction, [this](transport::Endpoint endpoint) { _session.use(std::move(endpoint)); }) {}

lifecycle::SessionParts ServerFront::parts(execution::Dispatcher& dispatcher, const base::Clock& clock,
                                           std::shared_ptr<lifecycle::Outbox> outbox,
                                           std::function<std::string()> describe,
                                           std::function<void(const lifecycle::SessionStatus&)> changed) {
    lifecycle::SessionParts parts{
        *_channel, dispatcher, _profile, clock, base::systemRandom(), std::move(describe), std::move(outbox), [this] {
            _credentials.refused();
        }};
    parts.tasks.began = [this](const auto& task) { _announcer.began(task); };
    parts.tasks.ended = [this](const auto& task) { _announcer.ended(task); };
    parts.changed = std::move(changed);
    return parts;
}

}  // namespace aip::app
