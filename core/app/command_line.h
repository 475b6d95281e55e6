#pragma once

#include "base/error.h"

#include <Poco/Util/OptionSet.h>

#include <string>
#include <vector>

namespace aip::app {

enum class Mode { run, mcp, help, version, sampleIni, sampleXml, check, diagnosis, listPlugins, printConfig };

/// How far --check goes on to the server.
enum class Reach { none, connect, registration };

struct CommandLine {
    Mode mode = Mode::run;
    bool toolsOnly = false;  ///< --mcp: that is what runs, or what the settings are checked and shown for
    Reach reach = Reach::none;
    bool json = false;                     ///< --check prints what it finds as JSON
    std::vector<std::string> configPaths;  ///< absolute
    std::vector<std::string> definitions;  ///< "key=value", those of the reference's options among them
    std::string user;                      ///< --check is by root, for this one; empty: as check_view.h says
    std::string request;                   ///< --request
    std::string taskName;
    bool taskWithoutRequest = false;  ///< the reference takes --task_name without --request
    bool daemon = false;
    std::string pidFile;  ///< absolute; empty: none
    unsigned umask = 0;   ///< --umask
};

/// The options of aip-agent, among them all of the reference client.
void defineOptions(Poco::Util::OptionSet& options);

/// Reads the arguments by `options`. The error says which one is wrong.
base::Result<CommandLine> parseCommandLine(const Poco::Util::OptionSet& options, int argc, char** argv);

}  // namespace aip::app
