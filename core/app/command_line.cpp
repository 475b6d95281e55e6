#include "app/command_line.h"

#include "app/start_folder.h"
#include "base/json_text.h"

#include <Poco/Exception.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionProcessor.h>

#include <charconv>
#include <map>
#include <system_error>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::Util::Option;

Result<void> takeUmask(CommandLine& line, const std::string& value) {
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), line.umask, 8);
    if (problem != std::errc() || end != value.data() + value.size() || line.umask > 0777) {
        return Error(Code::invalid, "--umask takes an octal number up to 777");
    }
    return {};
}

Result<void> take(CommandLine& line, const std::string& name, const std::string& value) {
    static const std::map<std::string, Mode> modes{
        {"help", Mode::help}, {"version", Mode::version}, {"check", Mode::check}, {"list-plugins", Mode::listPlugins}};
    if (const auto mode = modes.find(name); mode != modes.end()) {
        line.mode = mode->second;
    } else if (name == "config") {
        auto path = fromStartFolder(value);
        if (!path) {
            return std::move(path).error().within("--config");
        }
        line.configPaths.push_back(*std::move(path));
    } else if (name == "define") {
        line.definitions.push_back(value);
    } else if (name == "request") {
        line.request = value;
    } else if (name == "task-name") {
        line.taskName = value;
    } else if (name == "daemon") {
        line.daemon = true;
    } else if (name == "pidfile") {
        auto path = fromStartFolder(value);
        if (!path) {
            return std::move(path).error().within("--pidfile");
        }
        line.pidFile = *std::move(path);
    } else if (name == "umask") {
        return takeUmask(line, value);
    } else if (name == "sample") {
        if (value != "ini" && value != "xml") {
            return Error(Code::invalid, "--sample takes ini or xml");
        }
        line.mode = value == "ini" ? Mode::sampleIni : Mode::sampleXml;
    }
    return {};
}

}  // namespace

void defineOptions(Poco::Util::OptionSet& options) {
    options.addOption(Option("help", "h", "Show this help and exit."));
    options.addOption(Option("version", "V", "Show the version and exit."));
    options.addOption(
        Option("config", "c",
               "Read the settings from this .ini or .xml file, or from all in this folder; the last of several wins.")
            .argument("PATH")
            .repeatable(true));
    options.addOption(
        Option("define", "D", "Set one setting; wins over the file.").argument("KEY=VALUE").repeatable(true));
    options.addOption(Option(
        "daemon", "", "Run in the background: exits with 0 as soon as the agent runs, else with its exit code."));
    options.addOption(Option("pidfile", "", "Write the process ID to this file, lock it, and remove it at the end.")
                          .argument("PATH"));
    options.addOption(Option("umask", "", "Permissions (octal) that new files do not get, beside those of the umask.")
                          .argument("MASK"));
    options.addOption(Option("check", "", "Check the settings and start every plugin once; connect to nothing."));
    options.addOption(Option("list-plugins", "", "Show the plugins, their tools, and why one is refused."));
    options.addOption(Option("request", "", "Once registered, ask the server to start this task.").argument("TEXT"));
    options.addOption(Option("task-name", "", "Name of the task of --request; default: a UUID.").argument("NAME"));
    options.addOption(Option("sample", "", "Print a configuration with every setting: ini or xml.").argument("FORM"));
}

Result<CommandLine> parseCommandLine(const Poco::Util::OptionSet& options, int argc, char** argv) {
    CommandLine line;
    Poco::Util::OptionProcessor processor(options);
    processor.setUnixStyle(true);
    try {
        for (int i = 1; i < argc; ++i) {
            std::string name;
            std::string value;
            if (!processor.process(argv[i], name, value)) {
                return Error(Code::invalid, std::string("unexpected argument '") + argv[i] + "'");
            }
            if (name.empty()) {
                continue;  // the value follows as the next argument
            }
            if (auto done = take(line, name, value); !done) {
                return done.error();
            }
        }
        processor.checkRequired();
    } catch (const Poco::Exception& failure) {
        return Error(Code::invalid, failure.displayText());
    }
    if (!base::isUtf8(line.request) || !base::isUtf8(line.taskName)) {
        return Error(Code::invalid, "--request and --task-name: not valid UTF-8");
    }
    if (!line.taskName.empty() && line.request.empty()) {
        return Error(Code::invalid, "--task-name goes with --request");
    }
    return line;
}

}  // namespace aip::app
