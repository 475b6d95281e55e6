#include "runner/server_host_linux.h"

#include "base/json_text.h"
#include "base/program_path.h"
#include "base/setting_text.h"
#include "base/sha256.h"
#include "runner/program_setting_linux.h"
#include "runner/stdio_host_linux.h"

#include <algorithm>
#include <utility>

namespace aip::runner {
namespace {

using hosting::ServerSpec;

constexpr std::uint64_t millisecondsOfSecond = 1000;

mcp::Protocol protocolOf(const ServerSpec& server) {
    switch (server.protocol) {
        case ServerSpec::Protocol::automatic:
            return mcp::Protocol::automatic;
        case ServerSpec::Protocol::legacy:
            return mcp::Protocol::legacy;
        case ServerSpec::Protocol::modern:
            return mcp::Protocol::modern;
    }
    return mcp::Protocol::automatic;
}

/// Fixed arguments, variables that are named like secrets, and what headers say.
mcp::FixedArguments hiddenOf(const ServerSpec& server) {
    auto hidden = mcp::fixedArguments(server.fixedArguments);
    for (const auto& variable : server.environment) {
        const auto sign = variable.find('=');
        if (base::isSecretName(variable.substr(0, sign))) {
            hidden.insert_or_assign("env " + variable.substr(0, sign), base::jsonString(variable.substr(sign + 1)));
        }
    }
    for (const auto& header : server.headers) {
        hidden.insert_or_assign("header " + header, base::jsonString(header.substr(header.find_last_of(" :") + 1)));
    }
    return hidden;
}

mcp::ToolRules rulesOf(const ServerSpec& server) {
    mcp::ToolRules rules;
    rules.nameSpace = server.nameSpace;
    rules.type = server.toolType;
    rules.prefix = server.prefix;
    rules.timeoutSeconds = (server.maxTimeoutMs + millisecondsOfSecond - 1) / millisecondsOfSecond;
    rules.allowed = server.allowed;
    rules.overHttp = !server.isProgram();
    rules.fixed = mcp::fixedArguments(server.fixedArguments);
    rules.hidden = hiddenOf(server);
    rules.sha256 = [](std::string_view text) { return base::sha256Of(text); };
    for (const auto& pin : server.pins) {
        const auto sign = pin.rfind('=');
        rules.pins.insert_or_assign(pin.substr(0, sign), pin.substr(std::min(sign, pin.size() - 1) + 1));
    }
    return rules;
}

/// By its path: posix_spawnp() would look into the PATH of this process.
base::Result<std::vector<std::string>, hosting::Refusal> commandOf(const ServerSpec& server,
                                                                   const ProgramSetting& setting) {
    const std::string path = setting.variable("PATH");
    auto program = base::findProgram(server.command.front(), path, server.folder);
    if (!program) {
        return hosting::Refusal{hosting::reason::entryMissing,
                                base::missingProgram(server.command.front(), path, server.folder)};
    }
    std::vector<std::string> command = server.command;
    command.front() = *std::move(program);
    return command;
}

}  // namespace

ToolSessionSettings sessionSettingsOf(const ServerSpec& server, std::size_t maxResultSize) {
    ToolSessionSettings settings;
    settings.client = {protocolOf(server), false};
    settings.rules = rulesOf(server);
    settings.endsIfHanging = server.isProgram();
    settings.patience = std::chrono::milliseconds(server.timeoutMs);
    settings.maxResultSize = server.maxResultSize == 0
                                 ? maxResultSize
                                 : std::min(maxResultSize, static_cast<std::size_t>(server.maxResultSize));
    return settings;
}

base::Result<std::unique_ptr<Hosted>, hosting::Refusal> startServer(const ServerSpec& server, base::Descriptor folder,
                                                                    const HostedWiring& wiring) {
    auto setting = ProgramSetting::ofServer(server.environment, std::move(folder));
    const auto command = commandOf(server, setting);
    if (!command) {
        return command.error();
    }
    return StdioHost::start(*command, sessionSettingsOf(server, wiring.maxResultSize), std::move(setting), wiring);
}

}  // namespace aip::runner
