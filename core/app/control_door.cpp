#include "app/control_door.h"

#include "app/diagnosis.h"
#include "app/logging.h"
#include "app/platform.h"
#include "base/json_text.h"
#include "base/log.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace aip::app {
namespace {

constexpr auto socketName = "control.sock";
constexpr auto noSocket = "none";

std::string absoluteVariable(const char* name) {
    const char* const value = std::getenv(name);
    const std::string text = value == nullptr ? "" : value;
    return text.starts_with('/') ? text.substr(0, text.find(':')) : "";
}

}  // namespace

std::string defaultControlSocket() {
    if (const auto folder = absoluteVariable("RUNTIME_DIRECTORY"); !folder.empty()) {
        return folder + "/" + socketName;
    }
    if (const auto folder = absoluteVariable("XDG_RUNTIME_DIR"); !folder.empty()) {
        return folder + "/aip-agent/" + socketName;
    }
    std::error_code absent;
    const std::filesystem::path ofRoot("/run/aip-agent");
    return hasAllRights() && std::filesystem::is_directory(ofRoot, absent) ? (ofRoot / socketName).string() : "";
}

std::string controlSocket(const Settings& settings) {
    const auto& socket = settings.control.socket;
    return socket.empty() ? defaultControlSocket() : socket == noSocket ? "" : socket;
}

ControlDoor::ControlDoor(Agent& agent, const Settings& settings, SettingsRequest request, EventQueue& events)
    : _agent(agent), _request(std::move(request)), _events(events), _api(agent.controlParts(*this)) {
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

base::Result<void> ControlDoor::requestTask(std::string text, std::string name) {
    if (text.empty() || !base::isUtf8(text) || !base::isUtf8(name)) {
        return base::Error(base::Code::invalid, "the body is the request: a text in UTF-8 that is not empty");
    }
    _agent.requestTask(text, name);
    return {};
}

/// Once: the agent takes a second time for hurry.
void ControlDoor::drain() {
    if (!_drains.exchange(true)) {
        _events.post(Event::stop);
    }
}

}  // namespace aip::app
