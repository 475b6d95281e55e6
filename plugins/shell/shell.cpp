#include "shell.h"

#include "inherited.h"
#include "paths.h"
#include "programs.h"
#include "refused.h"
#include "words.h"

#include <algorithm>
#include <cstring>

namespace aip::shell {

namespace {

constexpr std::uint32_t atOnce = 16;
constexpr std::int64_t defaultTimeout = 30;
constexpr std::int64_t longestTimeout = 120;
constexpr std::chrono::seconds infoLimit{10};

constexpr std::size_t longestArguments = 3'000;  ///< bytes of JSON, in an account
constexpr std::size_t longestEscape = 6;         ///< of a byte in JSON

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

bool isInAgent() {
    return agent::setting(AIP_HOST_ISOLATION) == "in_process";
}

Object failure(const std::string& error) {
    return Object{{"success", false}, {"error", error}};
}

std::string signalName(int number) {
    const char* name = ::sigabbrev_np(number);
    return name == nullptr ? "signal " + std::to_string(number) : std::string("SIG") + name;
}

/// A program tells it as a fault of the file.
std::string explained(const std::string& errors, bool mayWrite) {
    const bool refused = !mayWrite && errors.find("File too large") != std::string::npos;
    return refused ? errors +
                         "Commands on this device write no files, temporary ones neither: sort less at once, or a "
                         "part of it.\n"
                   : errors;
}

/// As many as fit into an account, whatever is in them.
std::vector<std::string> shortened(const std::vector<std::string>& arguments) {
    std::vector<std::string> shown;
    std::size_t left = longestArguments;
    for (const auto& argument : arguments) {
        const std::size_t size = Object{{"", argument}}.text().size();
        if (size > left) {
            shown.push_back(argument.substr(0, left / longestEscape) + "...");
            break;
        }
        shown.push_back(argument);
        left -= size;
    }
    return shown;
}

/// For the audit: what was executed, and how it ended.
std::string accountOf(const Process& job, const Ending& ending) {
    Object account{{"program", job.program}, {"argv", shortened(job.arguments)}};
    switch (ending.kind) {
        case Ending::Kind::exited:
            return account.set("exit_code", ending.value).text();
        case Ending::Kind::killed:
            return account.set("signal", signalName(ending.value)).text();
        case Ending::Kind::timedOut:
            return account.set("stopped", "timeout").text();
        case Ending::Kind::cancelled:
            return account.set("stopped", "cancelled").text();
        case Ending::Kind::notStarted:
            return account.set("not_started", std::strerror(ending.value)).text();
    }
    return account.text();
}

Object report(const Ending& ending, std::int64_t timeout, bool mayWrite) {
    switch (ending.kind) {
        case Ending::Kind::cancelled:
            throw Error(Code::cancelled, "The command was cancelled.");
        case Ending::Kind::timedOut:
            return failure("Timeout after " + std::to_string(timeout) + "s.");
        case Ending::Kind::killed:
            return failure("Killed by " + signalName(ending.value) + ".");
        case Ending::Kind::notStarted:
            return failure(std::string("Cannot run it: ") + std::strerror(ending.value) + ".");
        case Ending::Kind::exited:
            break;
    }
    Object result;
    result.set("success", ending.value == 0).set("exit_code", ending.value);
    result.set("stdout", ending.output).set("stderr", explained(ending.errors, mayWrite));
    return result;
}

constexpr const char* commandResult = R"({
    "type": "object",
    "description": "success, exit_code, stdout and stderr of a command that ran to its end; else success and error.",
    "properties": {
        "success": {"type": "boolean", "description": "Whether it ran to its end, with exit code 0."},
        "exit_code": {"type": "integer", "description": "The exit code of the program."},
        "stdout": {"type": "string", "description": "What it wrote to its standard output; the middle of much is cut."},
        "stderr": {"type": "string", "description": "What it wrote to its standard error; the middle of much is cut."},
        "error": {"type": "string", "description": "Why it was refused, not found, or stopped."}
    },
    "required": ["success"]
})";

constexpr const char* systemInfo = R"({
    "type": "object",
    "description": "What four programs print. One that did not run to its end: a text that begins with Error.",
    "properties": {
        "uname": {"type": "string", "description": "uname -a: kernel, host name, architecture."},
        "uptime": {"type": "string", "description": "uptime: time since the start, users, load."},
        "memory": {"type": "string", "description": "free -h: memory and swap."},
        "disk": {"type": "string", "description": "df -h: file systems and their space."}
    },
    "required": ["uname", "uptime", "memory", "disk"]
})";

/// Whoever has written rules believes that they hold.
std::vector<std::string> faultsOfShell(const std::string& shell, const Settings& settings) {
    std::vector<std::string> faults;
    if (!shell.starts_with('/') || ::access(shell.c_str(), X_OK) != 0) {
        faults.push_back("setting 'shell': '" + shell + "' is not the absolute path of a program");
    }
    for (const char* list : {"denied_paths", "allowed_programs"}) {
        if (!settings.get<std::vector<std::string>>(list).empty()) {
            faults.push_back(std::string("setting '") + list +
                             "' has no effect with 'shell', which hands on every command unchecked: leave one of the "
                             "two out");
        }
    }
    if (settings.get<bool>("network")) {
        faults.emplace_back("setting 'network' has no effect with 'shell': leave one of the two out");
    }
    return faults;
}

void warnOfPrograms(const std::vector<std::string>& allowed) {
    for (const auto& program : allowed) {
        if (!isInstalled(program, systemDirectories())) {
            log::warn("setting 'allowed_programs': '" + program + "' is not installed on this device");
        }
    }
}

/// The reference's servers demand a key; here the agent's server is known already.
Param apiKey() {
    return param("api_key", "Not needed; accepted and ignored.", Json{}).secret();
}

}  // namespace

void Shell::describe(Description<Shell>& d) {
    d.describe("Runs allowed programs, without a shell, and reports on the system.").nameSpace("BashExecutor");
    d.concurrency(atOnce);
    d.action(
         "execute_command", "Run one program without a shell and return its output.", &Shell::executeCommand,
         param("command",
               "Program and arguments, e.g. 'ls -la /home' or 'grep -n \"a|b\" file'. Quotes group words; there are no "
               "pipes, redirections, variables or wildcards. Only programs and options on the device's list run."),
         param("timeout", "Seconds until the command is stopped, 1 to 120; what is beyond counts as the nearest.",
               defaultTimeout),
         param("cwd", "Working directory, an absolute path. Default: the agent's own."), apiKey())
        .outputSchema({commandResult})
        .readOnly(false)
        .destructive()  // with the setting 'shell'; a declaration is for all settings
        .idempotent(false)
        .openWorld();  // with 'network' or 'shell'
    d.action("get_system_info", "Get basic system info (uname, uptime, memory, disk).", &Shell::getSystemInfo, apiKey())
        .outputSchema({systemInfo})
        .readOnly()
        .destructive(false)
        .idempotent()
        .openWorld(false);

    d.setting("allowed_programs", "Programs that may run; empty: all that have a rule.", std::vector<std::string>());
    d.setting("network", "Also allow dig, host, nslookup, ping, traceroute: what they are given leaves the device.",
              false);
    d.setting("denied_paths",
              "Files that no program may read, added to the built-in list: '/path/*' for paths and all below, '*.key' "
              "for any "
              "single name.",
              std::vector<std::string>());
    d.setting("output_limit", "Bytes kept of each output stream; the middle of a longer one is cut.", 1 << 20)
        .min(1024)
        .max(32 << 20);
    d.setting("shell",
              "Hand every command to this shell, e.g. /bin/sh. No rule above holds then, and nothing bounds what a "
              "command writes or how much memory it takes. Empty: no shell.",
              "");
}

void Shell::start(const Settings& settings) {
    _outputLimit = settings.get<std::size_t>("output_limit");
    _environment = inheritedEnvironment(isInAgent());
    _memory = memoryShare(atOnce);
    _shell = settings.get<std::string>("shell");
    if (!_shell.empty()) {
        if (const auto faults = faultsOfShell(_shell, settings); !faults.empty()) {
            throw Error(Code::invalid, joinedFaults(faults));
        }
        log::warn(
            "shell=" + _shell +
            ": commands are not checked, and their memory and files have no bound; whoever may send them can do all "
            "that this user can");
        _rules.reset();
        return;
    }
    const auto allowed = settings.get<std::vector<std::string>>("allowed_programs");
    try {
        _rules.emplace(RuleOptions{allowed, settings.get<bool>("network"),
                                   settings.get<std::vector<std::string>>("denied_paths"), agent::ownFiles()});
    } catch (const Refused& refused) {
        throw Error(Code::invalid, refused.what());
    }
    warnOfPrograms(allowed);
}

Object Shell::executeCommand(const Call& call, const std::string& command, std::int64_t timeout,
                             const std::optional<std::string>& cwd, const Json& /*apiKey*/) const {
    timeout = std::clamp<std::int64_t>(timeout, 1, longestTimeout);
    try {
        const auto directory = cwd ? openDirectory(*cwd) : currentDirectory();
        auto job = process(argumentsFor(command, directory), std::chrono::seconds(timeout));
        job.directory = cwd ? directory.end.get() : -1;
        const auto ending = run(job, [&call] { return call.cancelled(); });
        call.account(accountOf(job, ending));
        return report(ending, timeout, job.mayWrite);
    } catch (const Refused& refused) {
        log::info("a command is refused");
        log::trace(std::string("refused: ") + refused.what());
        return failure(refused.what());
    }
}

Object Shell::getSystemInfo(const Call& call, const Json& /*apiKey*/) const {
    return Object{{"uname", outputOf(call, {"uname", "-a"})},
                  {"uptime", outputOf(call, {"uptime"})},
                  {"memory", outputOf(call, {"free", "-h"})},
                  {"disk", outputOf(call, {"df", "-h"})}};
}

std::vector<std::string> Shell::argumentsFor(const std::string& command, const ResolvedPath& directory) const {
    if (_rules) {
        return _rules->check(splitWords(command), directory);
    }
    if (command.find('\0') != std::string::npos) {
        throw Refused("The command holds a NUL byte.");
    }
    return {_shell, "-c", command};
}

std::string Shell::outputOf(const Call& call, const std::vector<std::string>& arguments) const {
    try {
        const auto ending = run(process(arguments, infoLimit), [&call] { return call.cancelled(); });
        call.throwIfCancelled();
        if (ending.kind != Ending::Kind::exited) {
            return "Error: " + arguments.front() + " did not run to its end";
        }
        return std::string(trimmed(ending.output));
    } catch (const Refused& refused) {
        return std::string("Error: ") + refused.what();
    }
}

Process Shell::process(std::vector<std::string> arguments, std::chrono::seconds limit) const {
    Process result;
    result.program =
        arguments.front().starts_with('/') ? arguments.front() : resolveProgram(arguments.front(), systemDirectories());
    result.arguments = std::move(arguments);
    result.environment = _environment;
    result.limit = limit;
    result.outputLimit = _outputLimit;
    result.mayWrite = !_rules;
    result.memory = _rules ? _memory : 0;
    return result;
}

}  // namespace aip::shell
