#include "app/mcp_door.h"

#include "app/listen_address.h"
#include "app/secret.h"
#include "network/resolver.h"

#include <algorithm>
#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;

bool hasProfile(const Settings& settings, const std::string& name) {
    return std::ranges::find(settings.profiles, name, &execution::Profile::name) != settings.profiles.end();
}

constexpr std::size_t shortestKey = 16;

base::Result<void> checkKey(const std::string& key) {
    return key.size() >= shortestKey ? checkToken(key)
                                     : Error(Code::invalid, "the key has fewer than " + std::to_string(shortestKey) +
                                                                " characters: openssl rand -hex 32 makes a good one");
}

mcp_server::ClientLimits clientLimits(const Settings& settings) {
    return {settings.channel.maxMessageSize, settings.session.commands.maxWaitingSize,
            std::make_shared<base::ByteBudget>(settings.session.maxQueueSize)};
}

/// Without a key every user of this machine could call the tools.
base::Result<std::string> readKey(const std::string& file) {
    if (file.empty()) {
        return Error(Code::invalid, "mcp_server.key_file is not set: the key that clients of mcp_server.listen send");
    }
    auto key = readSecretFile(file);
    auto checked = key ? checkKey(*key) : base::Result<void>(key.error());
    return checked ? std::move(key) : std::move(checked).error().within("mcp_server.key_file");
}

}  // namespace

std::vector<Error> resolveMcpServer(Settings& settings, bool listens) {
    std::vector<Error> errors;
    auto& door = settings.mcpServer;
    if (!door.profile.empty() && !hasProfile(settings, door.profile)) {
        errors.emplace_back(Code::invalid, "mcp_server.profile: there is no [profile." + door.profile + "]");
    }
    if (door.listen.empty() || !listens) {
        return errors;
    }
    const auto address = listenAddress(door.listen);
    if (!address) {
        errors.emplace_back(Code::invalid, "mcp_server.listen: '" + door.listen +
                                               "' is not ADDRESS:PORT, as 127.0.0.1:8000 or [::1]:8000");
    } else if (!network::isLoopback(address->host) && !door.allowRemote) {
        errors.emplace_back(Code::invalid,
                            "mcp_server.listen: others than this machine could connect, without TLS; set "
                            "mcp_server.allow_remote = true if that is meant");
    }
    if (auto key = readKey(door.keyFile)) {
        door.key = *std::move(key);
    } else {
        errors.push_back(std::move(key).error());
    }
    return errors;
}

mcp_server::HttpServerSettings httpServerSettings(const Settings& settings) {
    const auto& door = settings.mcpServer;
    const auto address = listenAddress(door.listen).value_or(ListenAddress{"127.0.0.1", 0});
    mcp_server::HttpServerSettings server;
    server.address = address.host;
    server.port = address.port;
    server.rules.key = door.key;
    server.rules.hosts = {"localhost", "127.0.0.1", "[::1]",
                          address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]"};
    server.rules.hosts.insert(server.rules.hosts.end(), door.hosts.begin(), door.hosts.end());
    server.info = {"aip-agent", AIP_AGENT_VERSION, ""};
    server.limits = clientLimits(settings);
    server.longestBody = settings.channel.maxMessageSize;
    return server;
}

mcp_server::LineServerSettings lineServerSettings(const Settings& settings) {
    mcp_server::LineServerSettings server;
    server.info = {"aip-agent", AIP_AGENT_VERSION, ""};
    server.limits = clientLimits(settings);
    server.longestLine = settings.channel.maxMessageSize;
    server.longestQueue = settings.session.maxQueueSize;
    server.drain = settings.session.drainTimeout;
    return server;
}

std::string mcpProfile(const Settings& settings) {
    return settings.mcpServer.profile.empty() ? std::string(execution::everyNamespace) : settings.mcpServer.profile;
}

}  // namespace aip::app
