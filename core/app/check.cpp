#include "app/check.h"

#include "app/config_listing.h"
#include "app/connection_check.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/plugin_report.h"
#include "app/redaction.h"
#include "app/writable.h"

#include <iostream>
#include <string>

namespace aip::app {
namespace {

const char* verdict(const Findings& configuration, const Findings& plugins) {
    if (configuration.has(Severity::finding)) {
        return "the configuration can be used, but see the findings\n";
    }
    return plugins.has(Severity::finding) ? "the configuration is fine, not all plugins are\n"
                                          : "configuration and plugins are fine\n";
}

/// As the start would, but that what only this user cannot write, another may.
void checkPidFile(const std::string& file, Findings& findings) {
    const auto checked = file.empty() ? base::Result<void>() : checkWritableFile(file);
    if (!checked) {
        findings.add(
            {Severity::finding, "command line", "", "--pidfile: cannot be written: " + checked.error().text()});
    }
}

}  // namespace

int refuse(const Findings& findings) {
    std::cerr << findings.report() << std::flush;
    return exitConfig;
}

int listPlugins(const Settings& settings) {
    return print(Redaction(settings)(reportPlugins(settings).table));
}

int checkAll(const Settings& settings, const CommandLine& line) {
    const auto plugins = reportPlugins(settings);
    Findings own = settings.findings;
    checkPidFile(line.pidFile, own);
    Findings findings = own;
    findings.add(plugins.findings);
    const Redaction redaction(settings);  // children repeat their arguments
    std::cout << redaction(plugins.table) << std::flush;
    std::cerr << redaction(findings.report()) << std::flush;
    std::cout << verdict(own, plugins.findings) << std::flush;
    const bool connected = line.reach == Reach::none || checkConnection(settings, line.reach, std::cout);
    return flushed(findings.has(Severity::finding) ? exitConfig : connected ? exitOk : exitUnavailable);
}

int printConfiguration(const SettingsRequest& request, const base::Result<Settings, Findings>& settings) {
    const int written = print(listConfiguration(request, settings ? &*settings : nullptr));
    return settings ? written : refuse(settings.error());
}

}  // namespace aip::app
