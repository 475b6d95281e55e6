#include "app/agent_help.h"

#include "app/exit_code.h"
#include "base/help.h"

namespace aip::app {
namespace {

std::string formOf(const Poco::Util::Option& option) {
    std::string form = option.shortName().empty() ? "" : "-" + option.shortName() + ", ";
    form += "--" + option.fullName();
    if (option.takesArgument()) {
        form += option.argumentRequired() ? "=" + option.argumentName() : "[=" + option.argumentName() + "]";
    }
    return form;
}

std::vector<base::HelpRow> rowsOf(const Poco::Util::OptionSet& options) {
    std::vector<base::HelpRow> rows;
    for (const auto& option : options) {
        rows.push_back({formOf(option), option.description()});
    }
    return rows;
}

}  // namespace

std::string agentHelp(const Poco::Util::OptionSet& options) {
    return base::helpText(
        {.usage = {"aip-agent [OPTION]..."},
         .summary = "Connects this device to an Agent Server and carries out its commands by plugins.",
         .details = "Names of options are written in small letters and may be abbreviated as long as they are "
                    "unambiguous. All but --config and --define are given once. --check, --diagnosis, "
                    "--list-plugins, --print-config, --sample and --version exclude one another; the options of a "
                    "run, and --mcp, may stand beside them.\n",
         .options = rowsOf(options),
         .exitCodes = {{exitOk, "stopped as asked"},
                       {exitUsage, "wrong usage"},
                       {exitUnavailable, "retries used up, or (--check --connect) no connection"},
                       {exitSoftware, "defect"},
                       {exitPidFile, "the pidfile cannot be had"},
                       {exitOutput, "output cannot be written"},
                       {exitInterrupted, "ended by a signal before it was done"},
                       {exitConfig, "wrong configuration, or (--check) a finding"}},
         .more = "Read on: man aip-agent, man aip-agent.ini; `aip-agent --sample=ini` has every setting with its "
                 "default."});
}

}  // namespace aip::app
