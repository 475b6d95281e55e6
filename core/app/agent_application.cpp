#include "app/agent_application.h"

#include "app/agent.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "app/platform.h"
#include "app/plugin_report.h"
#include "app/sample.h"
#include "app/settings_reader.h"
#include "base/log.h"

#include <Poco/Util/HelpFormatter.h>

#include <atomic>
#include <iostream>
#include <sstream>

namespace aip::app {
namespace {

int fail(int code, const std::string& text) {
    std::cerr << "aip-agent: " << text << std::endl;
    return code;
}

/// `code`, or that of an output that did not take it all.
int flushed(int code) {
    std::cout.flush();
    return std::cout ? code : fail(exitOutput, "standard output cannot be written");
}

int print(const std::string& text) {
    std::cout << text;
    return flushed(exitOk);
}

}  // namespace

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
    auto settings = readSettings({_line.configPaths, _line.definitions, _line.mode != Mode::listPlugins});
    if (!settings) {
        return fail(exitConfig, settings.error().text());
    }
    _settings = *std::move(settings);
    return _line.mode == Mode::run ? run(argc, argv) : report();
}

void AgentApplication::defineOptions(Poco::Util::OptionSet& options) {
    ServerApplication::defineOptions(options);
    app::defineOptions(options);
}

int AgentApplication::report() {
    const int bad = reportPlugins(_settings, std::cout);
    if (_line.mode == Mode::listPlugins) {
        return flushed(exitOk);
    }
    std::cout << (bad == 0 ? "configuration and plugins are fine" : "the configuration is fine, not all plugins are")
              << std::endl;
    return flushed(bad == 0 ? exitOk : exitConfig);
}

int AgentApplication::main(const std::vector<std::string>& /*arguments*/) {
    if (auto started = startLogging(_settings.log, Redaction(_settings)); !started) {
        return fail(exitConfig, started.error().text());
    }
    if (hasAllRights()) {
        base::log::warn(
            "running as root: plugins and their commands have all rights; start the agent as a user of its "
            "own, as the systemd unit does");
    }
    allowTracing(_settings.slot.process.confinement.debuggable);
    auto agent = Agent::create(_settings);
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
        (*agent)->session().retryNow();
        if (signal == Signal::hangUp) {
            reload(**agent);
        }
    }
    const auto end = (*agent)->join();
    stopLogging();
    return end == lifecycle::Session::End::stopped ? exitOk : exitUnavailable;
}

void AgentApplication::reload(Agent& agent) const {
    if (const auto settings = readSettings({_line.configPaths, _line.definitions, true, true})) {
        agent.reload(*settings);
    } else {
        base::log::error("reload: everything stays as it is: {}", settings.error().text());
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
        "retries used up, 70 defect, 74 output that cannot be written, 78 wrong configuration or (--check) plugin.");
    std::ostringstream text;
    help.format(text);
    return text.str();
}

}  // namespace aip::app
