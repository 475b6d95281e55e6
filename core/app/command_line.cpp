#include "app/command_line.h"

#include "app/masking.h"
#include "app/reference_options.h"
#include "app/start_folder.h"
#include "base/help.h"
#include "base/json_text.h"
#include "base/printable.h"

#include <Poco/Exception.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestTaskName = 255;
using Poco::Util::Option;

Result<void> setConfig(CommandLine& line, const std::string& value) {
    if (value.empty()) {
        return Error(Code::invalid, "--config takes a file or a folder");
    }
    auto path = fromStartFolder(value);
    if (!path) {
        return std::move(path).error().within("--config");
    }
    line.configPaths.push_back(*std::move(path));
    return {};
}

/// One thing at a time; --help is shown whatever else is asked for.
Result<void> setMode(CommandLine& line, Mode mode) {
    if (line.mode == Mode::help || mode == Mode::help) {
        line.mode = Mode::help;
        return {};
    }
    if (line.mode != Mode::run) {
        return Error(
            Code::invalid,
            "--check, --diagnosis, --list-plugins, --print-config, --sample and --version: only one of them at a time");
    }
    line.mode = mode;
    return {};
}

Result<void> setSample(CommandLine& line, const std::string& value) {
    if (value != "ini" && value != "xml") {
        return Error(Code::invalid, "--sample takes ini or xml");
    }
    return setMode(line, value == "ini" ? Mode::sampleIni : Mode::sampleXml);
}

Result<void> setReach(CommandLine& line, const std::string& value) {
    if (!value.empty() && value != "register") {
        return Error(Code::invalid, "--connect takes nothing or =register");
    }
    line.reach = value.empty() ? Reach::connect : Reach::registration;
    return {};
}

Result<void> setUmask(CommandLine& line, const std::string& value) {
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), line.umask, 8);
    if (problem != std::errc() || end != value.data() + value.size() || line.umask > 0777) {
        return Error(Code::invalid, "--umask takes an octal number up to 777");
    }
    return {};
}

Result<void> setPidFile(CommandLine& line, const std::string& value) {
    if (value.empty()) {
        return Error(Code::invalid, "--pidfile takes a file");
    }
    auto path = fromStartFolder(value);
    if (!path) {
        return std::move(path).error().within("--pidfile");
    }
    line.pidFile = *std::move(path);
    return {};
}

Result<void> setUser(CommandLine& line, const std::string& value) {
    line.user = value;
    return value.empty() ? Result<void>(Error(Code::invalid, "--user takes the name of a user")) : Result<void>();
}

template <typename T>
Result<void> set(T& out, const T& value) {
    out = value;
    return {};
}

Result<void> append(std::vector<std::string>& out, const std::string& value) {
    out.push_back(value);
    return {};
}

Result<void> setReferenceTaskName(CommandLine& line, const std::string& value) {
    line.taskName = value;
    line.taskWithoutRequest = true;
    return {};
}

using OptionSetter = Result<void> (*)(CommandLine& line, const std::string& value);

const std::map<std::string, Mode> modes{
    {"help", Mode::help},           {"version", Mode::version},          {"check", Mode::check},
    {"diagnosis", Mode::diagnosis}, {"list-plugins", Mode::listPlugins}, {"print-config", Mode::printConfig}};

const std::map<std::string, OptionSetter> setters{
    {"config", setConfig},
    {"connect", setReach},
    {"json", [](CommandLine& line, const std::string&) { return set(line.json, true); }},
    {"sample", setSample},
    {"mcp", [](CommandLine& line, const std::string&) { return set(line.toolsOnly, true); }},
    {"define", [](CommandLine& line, const std::string& value) { return append(line.definitions, value); }},
    {"request", [](CommandLine& line, const std::string& value) { return set(line.request, value); }},
    {"task-name", [](CommandLine& line, const std::string& value) { return set(line.taskName, value); }},
    {"task_name", setReferenceTaskName},
    {"daemon", [](CommandLine& line, const std::string&) { return set(line.daemon, true); }},
    {"pidfile", setPidFile},
    {"umask", setUmask},
    {"user", setUser},
};

Result<void> apply(CommandLine& line, const std::string& name, const std::string& value) {
    if (const auto mode = modes.find(name); mode != modes.end()) {
        return setMode(line, mode->second);
    }
    if (const auto setter = setters.find(name); setter != setters.end()) {
        return setter->second(line, value);
    }
    if (const auto settings = referenceOption(name, value)) {
        line.definitions.insert(line.definitions.end(), settings->begin(), settings->end());
    }
    return {};
}

/// POCO takes names of options in whatever case.
Result<void> checkCase(std::string_view argument) {
    const std::string name(argument.substr(0, argument.find_first_of("=:")));
    const bool small = std::none_of(name.begin(), name.end(), [](unsigned char c) { return std::isupper(c) != 0; });
    return small || !name.starts_with("--")
               ? Result<void>()
               : Error(Code::invalid, "unknown option '" + base::printable(name, 80) +
                                          "': the names of options are written in small letters");
}

/// What is wrong with the options together.
Result<void> check(const CommandLine& line) {
    if (!base::isUtf8(line.request) || !base::isUtf8(line.taskName)) {
        return Error(Code::invalid, "--request and --task-name: not valid UTF-8");
    }
    if (line.taskName.size() > longestTaskName || !base::isOneLine(line.taskName)) {
        return Error(Code::invalid,
                     "--task-name: at most " + std::to_string(longestTaskName) + " bytes, without control characters");
    }
    if (!line.taskName.empty() && line.request.empty() && !line.taskWithoutRequest) {
        return Error(Code::invalid, "--task-name goes with --request");
    }
    if (line.toolsOnly && (line.daemon || !line.pidFile.empty() || !line.request.empty())) {
        return Error(Code::invalid, "--mcp serves the client that has started it: no --daemon, --pidfile or --request");
    }
    if (line.reach != Reach::none && (line.mode != Mode::check || line.toolsOnly)) {
        return Error(Code::invalid, "--connect goes with --check, and not with --mcp");
    }
    if (line.json && line.mode != Mode::check) {
        return Error(Code::invalid, "--json goes with --check");
    }
    if (!line.user.empty() && (line.mode != Mode::check || line.toolsOnly)) {
        return Error(Code::invalid, "--user goes with --check, and not with --mcp");
    }
    return {};
}

}  // namespace

void defineOptions(Poco::Util::OptionSet& options) {
    options.addOption(Option("help", "h", "Show this help and exit."));
    options.addOption(
        Option("version", "V", "Show the version, the build, libraries and what is used of the kernel, and exit."));
    options.addOption(
        Option("config", "c",
               "Read the settings from this .ini or .xml file, or from all in this folder; the last of several wins.")
            .argument("PATH")
            .repeatable(true));
    options.addOption(Option("define", "D", "Set one setting; wins over the file, the last one over those before.")
                          .argument("KEY=VALUE")
                          .repeatable(true));
    options.addOption(Option(
        "daemon", "", "Run in the background: exits with 0 as soon as the agent runs, else with its exit code."));
    options.addOption(Option("pidfile", "", "Write the process ID to this file, lock it, and remove it at the end.")
                          .argument("PATH"));
    options.addOption(Option("umask", "", "Permissions (octal) that new files do not get, beside those of the umask.")
                          .argument("MASK"));
    options.addOption(Option("mcp", "",
                             "Serve an MCP client at standard input and output instead of an Agent Server, beside a "
                             "running agent if there is one; with --check, check the settings for that."));
    options.addOption(Option("check", "", "Check the settings and start every plugin once; connect to nothing."));
    options.addOption(Option("connect", "", "With --check: connect to the server, too; with =register, also register.")
                          .argument("register", false));
    options.addOption(Option("json", "", "With --check: print what is found as JSON."));
    options.addOption(Option("user", "",
                             "With --check by root: judge as this user, who will run the agent; default: whose the "
                             "state folder is.")
                          .argument("USER"));
    options.addOption(Option("diagnosis", "", "Print what support wants to know, without secrets, as JSON."));
    options.addOption(Option("print-config", "", "Show every setting with its value and where it comes from."));
    options.addOption(
        Option("list-plugins", "",
               "Start each plugin once; show their tools, also those of run time, and why one is refused."));
    options.addOption(Option("request", "", "Once registered, ask the server to start this task.").argument("TEXT"));
    options.addOption(Option("task-name", "", "Name of the task of --request; default: a UUID.").argument("NAME"));
    options.addOption(Option("task_name", "", "The same.").argument("NAME"));
    defineReferenceOptions(options);
    options.addOption(Option("sample", "", "Print a configuration with every setting: ini or xml.").argument("FORM"));
}

Result<CommandLine> parseCommandLine(const Poco::Util::OptionSet& options, int argc, char** argv) {
    CommandLine line;
    Poco::Util::OptionProcessor processor(options);
    processor.setUnixStyle(true);
    bool isValue = false;  ///< of the option before
    std::string_view current;
    try {
        for (int i = 1; i < argc; ++i) {
            current = argv[i];
            if (auto done = isValue ? Result<void>() : checkCase(argv[i]); !done) {
                return done.error();
            }
            std::string name;
            std::string value;
            if (!processor.process(argv[i], name, value)) {
                return Error(Code::invalid, "unexpected argument '" + withoutSecrets(withoutUsers(argv[i])) + "'");
            }
            isValue = name.empty();  // that follows as the next argument
            if (isValue) {
                continue;
            }
            if (auto done = apply(line, name, value); !done) {
                return done.error();
            }
        }
        processor.checkRequired();
    } catch (const Poco::Util::UnknownOptionException&) {
        return Error(Code::invalid, base::unknownWord(base::printable(current, 80)));
    } catch (const Poco::Exception& failure) {
        const std::string text = failure.displayText();
        return Error(Code::invalid, text.substr(0, text.find('=')));  // the value may be a secret
    }
    if (auto checked = check(line); !checked) {
        return checked.error();
    }
    if (line.mode == Mode::run && line.toolsOnly) {
        line.mode = Mode::mcp;
    }
    return line;
}

}  // namespace aip::app
