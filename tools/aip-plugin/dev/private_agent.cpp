#include "dev/private_agent.h"

#include "base/json_members.h"
#include "base/json_text.h"
#include "plugin_file.h"

#include <simdjson.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace aip::tool::dev {
namespace {

constexpr auto clientId = "dev";
constexpr std::chrono::seconds longestStart{60};
constexpr std::size_t deepest = 256;
constexpr std::size_t longestOutput = 65536;    // what is kept of the server's
constexpr std::size_t longestSocketPath = 108;  // of the system
constexpr std::chrono::hours longestCall{1};    // the tool's own limit is the agent's

base::Error notAJson() {
    return {base::Code::internal, "the server's answer is not as expected"};
}

/// Of {"results": [{"status", "result", "error"}]}.
base::Result<std::string> resultIn(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::element result;
    std::string_view status;
    if (parser.parse(body).at_pointer("/results/0").get(result) || result["status"].get(status)) {
        return notAJson();
    }
    if (status != "success") {
        std::string_view error;
        const bool told = !result["error"].get(error);
        return base::Error(base::Code::internal, told ? std::string(error) : "failed without a reason");
    }
    return std::string(simdjson::minify(result["result"].value()));
}

std::string detailIn(const RestReply& reply) {
    simdjson::dom::parser parser;
    std::string_view detail;
    const bool told = !parser.parse(reply.body)["detail"].get(detail);
    return told ? std::string(detail) : "the server answers with status " + std::to_string(reply.status);
}

}  // namespace

PrivateAgent::PrivateAgent(Events& events, Settings settings, AgentLog::Show show)
    : _events(events), _settings(std::move(settings)), _log(std::move(show)) {}

base::Result<void> PrivateAgent::load() {
    _log.forgetRefusal();
    if (_agent && !_agent->status()) {
        return reload();
    }
    _agent.reset();
    if (auto started = _server ? base::Result<void>() : startServer(); !started) {
        _server.reset();
        return started;
    }
    auto started = startAgent();
    if (!started) {
        _agent.reset();
    }
    return started;
}

base::Result<void> PrivateAgent::await(Process& process, const std::string& name, const std::function<bool()>& done) {
    const auto ended = [&] { return process.status().has_value(); };
    const auto end = _events.until([&] { return done() || ended(); }, Events::Clock::now() + longestStart);
    if (end == Events::End::stopped) {
        return base::Error(base::Code::cancelled, "asked to stop");
    }
    if (!ended()) {
        return end == Events::End::done ? base::Result<void>()
                                        : base::Error(base::Code::deadline, name + " is not ready");
    }
    _events.drain();
    return base::Error(base::Code::unavailable,
                       name + " has ended with exit code " + std::to_string(*process.status()));
}

base::Result<void> PrivateAgent::startServer() {
    const auto file = _settings.work / "server.port";
    _server = std::make_unique<Process>(
        _events,
        Process::Program{.words = {_settings.programs / "aip-server", "--port=0", "--log-level=info",
                                   "--key-file=" + keyFile().string(), "--port-file=" + file.string()},
                         .folder = _settings.work},
        [this](std::string_view piece) {
            _serverOutput += piece;
            _serverOutput.erase(0, _serverOutput.size() - std::min(_serverOutput.size(), longestOutput));
        });
    auto ready =
        await(*_server, "aip-server", [this] { return _serverOutput.find("listening on ") != std::string::npos; });
    if (!ready) {
        return std::move(ready).error().within(_serverOutput);
    }
    const auto key = readFile(keyFile());
    const auto port = readFile(file);
    if (!key || !port) {
        return key ? port.error() : key.error();
    }
    _rest = {static_cast<std::uint16_t>(std::atoi(port->c_str())), key->substr(0, key->find('\n'))};
    return {};
}

base::Result<void> PrivateAgent::startAgent() {
    std::vector<std::string> words{_settings.programs / "aip-agent"};
    const auto define = [&words](const std::string& setting) { words.push_back("--define=" + setting); };
    define("server.url=ws://127.0.0.1:" + std::to_string(_rest.port) + "/ws");
    define("server.token_file=" + keyFile().string());
    define(std::string("client.id=") + clientId);
    define("log.level=debug");
    define("plugins.debuggable=true");
    define("plugins.directories=" + _settings.plugins.string());
    define("state.directory=" + (_settings.work / "state").string());
    define("control.socket=" + controlSocket());
    for (const auto& id : _settings.ids) {
        define("plugin." + id + ".load=start");
    }
    std::ranges::for_each(_settings.defines, define);
    _log.begin();
    _serverOutput.clear();
    _agent = std::make_unique<Process>(_events, Process::Program{.words = words, .folder = _settings.work},
                                       [this](std::string_view piece) { _log.take(piece); });
    // The server answers before it takes requests for the device.
    const auto registered = [this] {
        return _log.registered() && _serverOutput.find("device registered ") != std::string::npos;
    };
    auto ready = await(*_agent, "aip-agent", registered);
    if (!ready && ready.error().code() == base::Code::unavailable) {
        return std::move(ready).error().within(_log.tail());
    }
    return ready ? verdict() : std::move(ready);
}

std::string PrivateAgent::controlSocket() const {
    const std::string socket = _settings.work / "control.sock";
    return socket.size() < longestSocketPath ? socket : "none";
}

base::Result<void> PrivateAgent::reload() {
    const int before = _log.reloads();
    _agent->signal(SIGHUP);
    auto done = await(*_agent, "aip-agent", [&] { return _log.reloads() > before; });
    return done ? verdict() : std::move(done);
}

base::Result<void> PrivateAgent::verdict() const {
    const auto& refusal = _log.refusal();
    return refusal.empty() ? base::Result<void>() : base::Error(base::Code::denied, refusal);
}

base::Result<std::string> PrivateAgent::call(const std::string& type, const std::string& tool,
                                             const std::string& parameters) {
    if (auto members = base::jsonMembers(parameters, deepest); !members) {
        return std::move(members).error().within("parameters");
    }
    const std::string body = std::string(R"({"client_id":")") + clientId +
                             R"(","timeout":3600,"commands":[{"tool_name":)" + base::jsonString(tool) +
                             (type.empty() ? "" : ",\"tool_type\":" + base::jsonString(type)) +
                             ",\"parameters\":" + parameters + "}]}";
    auto reply = ask(_events, _rest, {"POST", "/api/commands", body}, longestCall);
    _events.drain();
    if (!reply) {
        return std::move(reply).error();
    }
    return reply->status == 200 ? resultIn(reply->body)
                                : base::Result<std::string>(base::Error(base::Code::unavailable, detailIn(*reply)));
}

}  // namespace aip::tool::dev
