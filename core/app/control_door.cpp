#include "app/control_door.h"

#include "app/diagnosis.h"
#include "app/listen_address.h"
#include "app/logging.h"
#include "base/json_text.h"
#include "base/log.h"
#include "control/usual_socket.h"

#include <chrono>
#include <string_view>
#include <utility>

namespace aip::app {
namespace {

constexpr auto noSocket = "none";

/// For a reload that somebody waits for; and between two looks whether he still does.
constexpr std::chrono::seconds longestReload{60};
constexpr std::chrono::milliseconds lookInterval{250};

}  // namespace

std::string controlSocket(const Settings& settings) {
    const auto& socket = settings.control.socket;
    return socket.empty() ? control::usualSocket() : socket == noSocket ? "" : socket;
}

ControlDoor::ControlDoor(Agent& agent, const Settings& settings, SettingsRequest request, EventQueue& events)
    : _agent(agent), _request(std::move(request)), _events(events), _api(agent.controlParts(*this)) {
    openSocket(settings);
    openProbes(settings.metricsListen);
}

void ControlDoor::openSocket(const Settings& settings) {
    const std::string path = controlSocket(settings);
    if (path.empty()) {
        return;
    }
    auto server = control::Server::start({path, settings.control.group}, _api);
    if (server) {
        base::log::info("operators are served at {}", path);
        _server = *std::move(server);
    } else {
        base::log::warn("operators are not served: control.socket: {}", server.error().text());
    }
}

void ControlDoor::openProbes(const std::string& listen) {
    const auto address = listenAddress(listen);
    if (!address) {
        return;
    }
    auto server = control::ProbeServer::start(address->host, address->port, *this);
    if (server) {
        base::log::info("metrics are served at {}, port {}", address->host, (*server)->port());
        _probes = *std::move(server);
    } else {
        base::log::warn("metrics are not served: metrics.listen: {}", server.error().text());
    }
}

ControlDoor::~ControlDoor() = default;

std::string ControlDoor::diagnosis() const {
    const auto settings = _agent.settings();
    const auto redaction = redactionOfAll(_agent.redaction(), _request, settings.get());
    auto files = diagnose(_request, settings.get(), redaction);
    for (const auto& [name, path] :
         {std::pair("status.json", "/v1/status"), std::pair("plugins.json", "/v1/plugins")}) {
        files[name] = redaction(_api.answer({.method = "GET", .path = path}, [] { return false; }).body);
    }
    files["findings.json"] = redaction(findings());
    return json(files);
}

base::Result<void> ControlDoor::setLogLevel(std::string_view level) {
    return app::setLogLevel(level);
}

/// One that begins after this request reads what is written now.
base::Result<control::Reloaded> ControlDoor::reload(const std::function<bool()>& gone) {
    using Clock = std::chrono::steady_clock;
    const auto before = _agent.reloads().begun();
    _events.post(Event::hangUp);
    const auto end = Clock::now() + longestReload;
    while (Clock::now() < end && !gone() && !_agent.isStopping()) {
        if (auto outcome = _agent.reloads().after(before, Clock::now() + lookInterval)) {
            return *std::move(outcome);
        }
    }
    return _agent.isStopping()
               ? base::Error(base::Code::unavailable, "the agent is stopping: everything stays as it is")
               : base::Error(base::Code::deadline,
                             "the reload takes long and goes on; the log says what becomes of it");
}

base::Result<void> ControlDoor::requestTask(std::string text, std::string name) {
    if (_agent.isStopping()) {
        return base::Error(base::Code::unavailable, "the agent is stopping: it asks for no new task");
    }
    if (text.empty() || !base::isUtf8(text) || !base::isUtf8(name)) {
        return base::Error(base::Code::invalid, "the body is the request: a text in UTF-8 that is not empty");
    }
    return _agent.requestTask(std::move(text), std::move(name));
}

/// Once: the agent takes a second time for hurry.
void ControlDoor::drain() {
    if (!_drains.exchange(true)) {
        _events.post(Event::stop);
    }
}

}  // namespace aip::app
