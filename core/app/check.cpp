#include "app/check.h"

#include "app/config_listing.h"
#include "app/connection_check.h"
#include "app/diagnosis.h"
#include "app/exit_code.h"
#include "app/machine_check.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/plugin_report.h"
#include "app/redaction.h"
#include "app/writable.h"
#include "base/json_object.h"
#include "plugins/confinement_probe.h"

#include <iostream>
#include <string>

namespace aip::app {
namespace {

const char* verdict(const Findings& own, const Findings& plugins) {
    if (own.has(Severity::warning)) {
        return "the configuration can be used, but see the findings\n";
    }
    return plugins.has(Severity::warning) ? "the configuration is fine, not all plugins are\n"
                                          : "configuration and plugins are fine\n";
}

/// As the start would, but that what only this user cannot write, another may.
void checkPidFile(const std::string& file, Findings& findings) {
    const auto checked = file.empty() ? base::Result<void>() : checkWritableFile(file);
    if (!checked) {
        findings.add(
            {Found::notWritable, "command line", "", "--pidfile: cannot be written: " + checked.error().text()});
    }
}

/// What needs no connection, and no plugin.
Findings ownFindings(const Settings& settings, const CommandLine& line) {
    Findings findings = settings.findings;
    checkPidFile(line.pidFile, findings);
    findings.add(checkMachine(settings, plugins::probeConfinement(installedRunner(), settings.pluginStartTimeout)));
    return findings;
}

std::string stepsOf(const ConnectionReport& connection, const Redaction& redaction) {
    std::string lines;
    for (const auto& step : connection.passed) {
        lines += step + ": ok\n";
    }
    lines += redaction(connection.failure.report() + connection.clock.report());
    if (connection.retryAfter.count() > 0) {
        lines += "    it asks to wait for " +
                 std::to_string(std::chrono::ceil<std::chrono::seconds>(connection.retryAfter).count()) +
                 " s (Retry-After)\n";
    }
    return lines;
}

int exitCodeOf(const Findings& local, const ConnectionReport& connection) {
    if (local.has(Severity::warning)) {
        return exitConfig;
    }
    if (connection.failure.has(Severity::error)) {
        return exitUnavailable;
    }
    return connection.clock.has(Severity::warning) ? exitConfig : exitOk;
}

std::string jsonOf(const Findings& findings, const Redaction& redaction) {
    return base::JsonObject().raw("findings", json(findings, redaction)).take() + "\n";
}

int checkAsJson(const Settings& settings, const CommandLine& line) {
    Findings local = ownFindings(settings, line);
    local.add(reportPlugins(settings).findings);
    const auto connection = checkConnection(settings, line.reach);
    Findings all = local;
    all.add(connection.failure);
    all.add(connection.clock);
    std::cout << jsonOf(all, Redaction(settings)) << std::flush;
    return flushed(exitCodeOf(local, connection));
}

}  // namespace

int refuse(const Findings& findings, const CommandLine& line) {
    if (line.json) {
        std::cout << jsonOf(findings, Redaction(Settings())) << std::flush;
    } else {
        std::cerr << findings.report() << std::flush;
    }
    return exitConfig;
}

int listPlugins(const Settings& settings) {
    return print(Redaction(settings)(reportPlugins(settings).table));
}

int checkAll(const Settings& settings, const CommandLine& line) {
    if (line.json) {
        return checkAsJson(settings, line);
    }
    const auto plugins = reportPlugins(settings);
    const Findings own = ownFindings(settings, line);
    Findings local = own;
    local.add(plugins.findings);
    const Redaction redaction(settings);  // children repeat their arguments
    std::cout << redaction(plugins.table) << std::flush;
    std::cerr << redaction(local.report()) << std::flush;
    std::cout << verdict(own, plugins.findings) << std::flush;
    const auto connection = checkConnection(settings, line.reach);
    std::cout << stepsOf(connection, redaction) << std::flush;
    return flushed(exitCodeOf(local, connection));
}

int printConfiguration(const SettingsRequest& request, const base::Result<Settings, Findings>& settings) {
    const int written = print(listConfiguration(request, settings ? &*settings : nullptr));
    return settings ? written : refuse(settings.error(), {});
}

int printDiagnosis(const SettingsRequest& request, const base::Result<Settings, Findings>& settings) {
    const Settings* const known = settings ? &*settings : nullptr;
    const auto redaction = redactionOfAll(Redaction(settings ? *settings : Settings()), request, known);
    return print(json(diagnose(request, known, redaction)) + "\n");
}

}  // namespace aip::app
