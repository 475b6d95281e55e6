#include "app/check.h"

#include "app/config_listing.h"
#include "app/connection_check.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/plugin_report.h"

#include <iostream>

namespace aip::app {
namespace {

const char* verdict(const Findings& configuration, const Findings& plugins) {
    if (configuration.has(Severity::finding)) {
        return "the configuration can be used, but see the findings\n";
    }
    return plugins.has(Severity::finding) ? "the configuration is fine, not all plugins are\n"
                                          : "configuration and plugins are fine\n";
}

}  // namespace

int refuse(const Findings& findings) {
    std::cerr << findings.report() << std::flush;
    return exitConfig;
}

int listPlugins(const Settings& settings) {
    return print(reportPlugins(settings).table);
}

int checkAll(const Settings& settings, Reach reach) {
    const auto plugins = reportPlugins(settings);
    Findings findings = settings.findings;
    findings.add(plugins.findings);
    std::cout << plugins.table << std::flush;
    std::cerr << findings.report() << std::flush;
    std::cout << verdict(settings.findings, plugins.findings) << std::flush;
    const bool connected = reach == Reach::none || checkConnection(settings, reach, std::cout);
    return flushed(findings.has(Severity::finding) ? exitConfig : connected ? exitOk : exitUnavailable);
}

int printConfiguration(const SettingsRequest& request, const base::Result<Settings, Findings>& settings) {
    const int written = print(listConfiguration(request, settings ? &*settings : nullptr));
    return settings ? written : refuse(settings.error());
}

}  // namespace aip::app
