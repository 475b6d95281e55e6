#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aip::hosting {

/// What vouches for a server with a url, and for us: the names of the files, for texts, and what they hold (PEM).
/// Empty: none.
struct ServerTls {
    std::string caFile;
    std::string ca;  ///< empty: those of the system
    std::string certificateFile;
    std::string certificate;
    std::string privateKeyFile;
    std::string privateKey;               ///< secret
    std::vector<std::string> publicKeys;  ///< the server has one of these: SHA-256 in Base64

    bool operator==(const ServerTls&) const = default;
};

/// The HTTP proxy on the way to a server.
struct ServerProxy {
    std::string url;                 ///< http://host:port; empty: none
    std::string credentials;         ///< "user:password"; secret
    std::string setting;             ///< what has named it, for texts
    std::string credentialsSetting;  ///< the same for the credentials

    bool operator==(const ServerProxy&) const = default;
};

/// The plugin is an MCP server that the configuration names. It is either a program (`command`) or elsewhere (`url`).
struct ServerSpec {
    enum class Protocol : std::uint8_t { automatic, legacy, modern };

    std::vector<std::string> command;      ///< a name without '/' is found in the PATH of its environment
    std::string folder;                    ///< its working directory, absolute
    std::vector<std::string> environment;  ///< "NAME=value", over what the agent lets a plugin see; secret
    std::string url;
    ServerTls tls;
    ServerProxy proxy;
    std::vector<std::string> headers;  ///< "Name: value"; secret
    Protocol protocol = Protocol::automatic;

    std::string nameSpace;             ///< of its tools
    std::string toolType;              ///< "action" or "data_collection"
    std::string prefix;                ///< before the names of its tools
    std::vector<std::string> allowed;  ///< its tools by their names; empty: all
    std::vector<std::string> pins;     ///< "NAME=HASH"; empty: none is pinned
    std::string fixedArguments;        ///< a JSON object, or empty; secret
    std::uint64_t timeoutMs = 0;       ///< of a call without progress; 0: none
    std::uint64_t maxTimeoutMs = 0;    ///< of a call, whatever it reports; 0: that of the agent
    std::uint64_t maxResultSize = 0;   ///< bytes of a result; 0: that of the agent

    bool isProgram() const { return !command.empty(); }

    bool operator==(const ServerSpec&) const = default;
};

}  // namespace aip::hosting
