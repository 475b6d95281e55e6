#include "app/agent_application.h"

#include "app/agent.h"
#include "app/check.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/sample.h"
#include "app/settings_reader.h"
#include "base/log.h"

#include <Poco/Util/HelpFormatter.h>

#include <atomic>
#include <sstream>

namespace aip::app {
int AgentApplication::launch(int argc, char** argv) {
    Poco::Util::OptionSet options;
    defineOptions(options);
    auto line = parseCommandLine(options, argc, argv);
    if (!line) {
        return fail(exitUsage, line.error().text() + "\nTry 'aip-agent --help'.");
    }
    _line = *std::move(line);
    switch (_line.mode) {
        case Mode::help:
            return print(helpText());
        case Mode::version:
            return print("aip-agent " AIP_AGENT_VERSION "\n");
        case Mode::sampleIni:
            return print(sampleIni());
        case Mode::sampleXml:
            return print(sampleXml());
        default:
            break;
    }
    const bool needsServer = _line.mode == Mode::run || _line.mode == Mode::check;
    const SettingsRequest request{_line.configPaths, _line.definitions, needsServer};
    auto settings = readSettings(request);
    if (_line.mode == Mode::printConfig) {
        return printConfiguration(request, settings);
    }
    if (!settings) {
        return refuse(settings.error());
    }
    if (_line.mode == Mode::check) {
        return checkAll(*settings, _line.reach);
    }
    if (_line.mode == Mode::listPlugins) {
        return listPlugins(*settings);
    }
    _settings = *std::move(settings);
    return run(argc, argv);
}

void AgentApplication::defineOptions(Poco::Util::OptionSet& options) {
    ServerApplication::defineOptions(options);
    app::defineOptions(options);
}

int AgentApplication::main(const std::vector<std::string>& /*arguments*/) {
    const Redaction redaction(_settings);
    if (auto started = startLogging(_settings.log, redaction); !started) {
        return fail(exitConfig, started.error().text());
    }
    log(_settings.findings);
    if (hasAllRights()) {
        base::log::warn(
            "running as root: plugins and their commands have all rights; start the agent as a user of its "
            "own, as the systemd unit does");
    }
    auto agent = Agent::create(_settings, redaction);
    if (!agent) {
        return fail(exitSoftware, agent.error().text());
    }
    if (!_line.request.empty()) {
        (*agent)->session().requestTask(_line.request, _line.taskName);
    }
    std::atomic<bool> ended{false};
    base::log::info("aip-agent " AIP_AGENT_VERSION " as {}", _settings.session.clientId);
    if (const auto& endpoint = _settings.session.endpoint; !endpoint.proxyUrl.empty()) {
        base::log::info("through the proxy {} ({})", endpoint.proxyUrl, endpoint.proxyOrigin.setting);
    }
    (*agent)->start([&ended] {
        ended = true;
        raiseStop();
    });
    const NetworkWatch network;
    for (Signal signal = waitForSignal(); !ended; signal = waitForSignal()) {
        if (signal == Signal::stop) {
            (*agent)->session().stop();
            continue;
        }
        if (signal == Signal::hangUp) {
            reload(**agent);
        } else {
            (*agent)->session().retryNow();
        }
    }
    const auto end = (*agent)->join();
    stopLogging();
    return end == lifecycle::Session::End::stopped ? exitOk : exitUnavailable;
}

void AgentApplication::reload(Agent& agent) const {
    if (const auto settings = readSettings({_line.configPaths, _line.definitions, true, true})) {
        log(settings->findings);
        agent.reload(*settings);
    } else {
        log(settings.error());
        base::log::error("reload: everything stays as it is: the configuration is wrong");
        agent.renewCredentials();
    }
}

std::string AgentApplication::helpText() {
    Poco::Util::OptionSet options;
    defineOptions(options);
    Poco::Util::HelpFormatter help(options);
    help.setCommand("aip-agent");
    help.setUnixStyle(true);
    help.setWidth(100);
    help.setUsage("[OPTION]...");
    help.setHeader("Connects this device to an Agent Server and carries out its commands by plugins.");
    help.setFooter(
        "Settings and their defaults: --sample=ini. Exit codes: 0 stopped as asked, 64 wrong arguments, 69 "
        "retries used up or (--check --connect) no connection, 70 defect, 74 output that cannot be written, 78 wrong "
        "configuration or (--check) a finding.");
    std::ostringstream text;
    help.format(text);
    return text.str();
}

}  // namespace aip::app
