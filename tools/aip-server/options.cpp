#include "options.h"

#include "base/ascii.h"
#include "base/file.h"
#include "base/help.h"

#include <Poco/Environment.h>
#include <Poco/Util/Application.h>
#include <Poco/Util/IntValidator.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/RegExpValidator.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

namespace aip::server {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::Util::Application;
using Poco::Util::IntValidator;
using Poco::Util::Option;

constexpr auto keyVariable = "AIP_SERVER_KEY";
constexpr std::size_t keyBytes = 24;
constexpr std::size_t largestKeyFile = 64UL << 10U;

struct Row {
    const char* name;
    const char* argument;  ///< null: takes none
    const char* meaning;
    enum class Kind { text, port, seconds, bytes, level } kind = Kind::text;
    const char* shortName = "";
};

constexpr std::array rows{
    Row{"help", nullptr, "Show this help and exit.", Row::Kind::text, "h"},
    Row{"version", nullptr, "Show the version and the build, and exit."},
    Row{"bind", "ADDRESS", "Listen on this address (default 127.0.0.1)."},
    Row{"port", "N", "Listen on this port; 0 picks a free one (default 5000).", Row::Kind::port},
    Row{"port-file", "FILE", "Write the port to this file once the server listens."},
    Row{"key-file", "FILE",
        "Read the key from this file; a new key is written to it if it does not exist. Without this option the key is "
        "taken from AIP_SERVER_KEY, or generated and printed."},
    Row{"scenario", "FILE", "What a dispatched task plays (default: asks for the tools, then completes)."},
    Row{"ping-interval", "SECONDS", "Time between two pings (default 20).", Row::Kind::seconds},
    Row{"ping-timeout", "SECONDS", "Time that a pong may take (default 20).", Row::Kind::seconds},
    Row{"max-message-bytes", "N", "Larger messages close the connection (default 104857600).", Row::Kind::bytes},
    Row{"log-level", "LEVEL", "trace, debug, info, warn, error or off (default info).", Row::Kind::level},
};

Poco::Util::Validator* validatorFor(Row::Kind kind) {
    switch (kind) {
        case Row::Kind::port:
            return new IntValidator(0, std::numeric_limits<std::uint16_t>::max());
        case Row::Kind::seconds:
            return new IntValidator(1, 86'400);
        case Row::Kind::bytes:
            return new IntValidator(1024, 1 << 30);
        case Row::Kind::level:
            return new Poco::Util::RegExpValidator("trace|debug|info|warn|error|off");
        case Row::Kind::text:
            break;
    }
    return nullptr;
}

/// "-h, --help", "--port=N"
std::string formOf(const Row& row) {
    const std::string shortName(row.shortName);
    return (shortName.empty() ? "" : "-" + shortName + ", ") + "--" + row.name +
           (row.argument == nullptr ? "" : "=" + std::string(row.argument));
}

Error fileError(const std::string& file) {
    return {Code::unavailable, "'" + file + "': " + std::generic_category().message(errno)};
}

std::string newKey() {
    std::array<unsigned char, keyBytes> bytes{};
    if (::getentropy(bytes.data(), bytes.size()) != 0) {
        throw std::system_error(errno, std::generic_category(), "getentropy");
    }
    return base::hexOf(bytes);
}

Result<std::string> checkedKey(std::string key) {
    const auto end = key.find_last_not_of(" \t\r\n");
    key.resize(end == std::string::npos ? 0 : end + 1);
    const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (key.empty() || !visible) {
        return Error(Code::invalid,
                     "a key of one or more characters without blanks is expected, of visible ASCII, and nothing else");
    }
    return key;
}

Result<std::string> readKeyFile(const std::string& file) {
    const base::Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made) {
        std::string key = newKey();
        auto written = base::writeAll(made, key + "\n");
        return written ? Result<std::string>(std::move(key)) : std::move(written).error().within(file);
    }
    if (errno != EEXIST) {
        return fileError(file);
    }
    auto content = base::readFile(file, {largestKeyFile, base::Access::onlyOursRead});
    return content ? checkedKey(*std::move(content)) : std::move(content);
}

Result<void> readKey(const Poco::Util::AbstractConfiguration& config, Options& options) {
    const std::string file = config.getString("server.key-file", "");
    const bool inEnvironment = Poco::Environment::has(keyVariable);
    options.keyGenerated = file.empty() && !inEnvironment;
    auto key = !file.empty()   ? readKeyFile(file)
               : inEnvironment ? checkedKey(Poco::Environment::get(keyVariable))
                               : Result<std::string>(newKey());
    if (!key) {
        return std::move(key).error().within(file.empty() ? keyVariable : "key file");
    }
    options.settings.key = std::move(*key);
    return {};
}

}  // namespace

void defineOptions(Poco::Util::OptionSet& options) {
    for (const Row& row : rows) {
        Option option(row.name, row.shortName, row.meaning);
        if (row.argument != nullptr) {
            option.argument(row.argument);
        }
        if (auto* validator = validatorFor(row.kind)) {
            option.validator(validator);
        }
        options.addOption(option.binding(std::string("server.") + row.name));
    }
}

std::string serverHelp() {
    std::vector<base::HelpRow> options;
    for (const Row& row : rows) {
        options.push_back({formOf(row), row.meaning});
    }
    return base::helpText({.usage = {"aip-server [OPTION]..."},
                           .summary =
                               "A development Agent Server: devices connect to /ws, people and programs use the REST "
                               "interface under /api.",
                           .options = std::move(options),
                           .exitCodes = {{Application::EXIT_OK, "stopped by SIGINT or SIGTERM"},
                                         {Application::EXIT_USAGE, "wrong usage"},
                                         {Application::EXIT_UNAVAILABLE, "the address cannot be had"},
                                         {Application::EXIT_SOFTWARE, "any other failure"},
                                         {Application::EXIT_CONFIG, "a file or key cannot be used"}},
                           .more = "Read on: man aip-server."});
}

Result<Options> readOptions(const Poco::Util::AbstractConfiguration& config) {
    Options options;
    ServerSettings& settings = options.settings;
    settings.bind = config.getString("server.bind", settings.bind);
    settings.port = static_cast<std::uint16_t>(config.getInt("server.port", 5000));
    settings.wire.pingInterval = std::chrono::seconds(config.getInt("server.ping-interval", 20));
    settings.wire.pongTimeout = std::chrono::seconds(config.getInt("server.ping-timeout", 20));
    settings.wire.maxMessageBytes =
        config.getUInt("server.max-message-bytes", static_cast<unsigned>(settings.wire.maxMessageBytes));
    options.portFile = config.getString("server.port-file", "");
    options.logLevel = config.getString("server.log-level", "info");

    const std::string scenarioFile = config.getString("server.scenario", "");
    auto scenario = scenarioFile.empty() ? Result<Scenario>(defaultScenario()) : loadScenario(scenarioFile);
    if (!scenario) {
        return std::move(scenario).error();
    }
    settings.scenario = std::move(*scenario);
    if (auto key = readKey(config, options); !key) {
        return std::move(key).error();
    }
    return options;
}

Result<void> writeFile(const std::string& file, const std::string& text) {
    const std::string partial = file + ".part";
    const base::Descriptor made(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!made) {
        return fileError(partial);
    }
    if (auto written = base::writeAll(made, text); !written) {
        return std::move(written).error().within(partial);
    }
    if (::rename(partial.c_str(), file.c_str()) != 0) {
        return fileError(file);
    }
    return {};
}

}  // namespace aip::server
