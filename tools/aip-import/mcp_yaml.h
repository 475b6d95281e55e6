#pragma once

#include "base/error.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The reference's list of tool servers, config/ufo/mcp.yaml: agent name -> root name -> two lists of servers.
namespace aip::importer {

enum class Kind { local, http, stdio };

/// A server as one list of the file names it.
struct Server {
    std::string name;  ///< its namespace
    Kind kind = Kind::local;
    std::string url;                   ///< of http
    std::vector<std::string> command;  ///< of stdio: the program and its arguments
    std::map<std::string, std::string> environment;
    std::string folder;                  ///< of stdio: its working directory; empty: none given
    std::vector<std::string> remainder;  ///< keys that mean nothing here, "key (why)"
    int line = 0;                        ///< where it stands, or its flaw
    std::string flaw;                    ///< why it cannot be used; empty: it can

    /// Both name the same program or address.
    bool sameAs(const Server& other) const;
};

/// What one agent may use at one root.
struct Profile {
    std::string agent;
    std::string root;
    std::vector<Server> action;
    std::vector<Server> dataCollection;
};

/// The profiles in the order of the file. A server that cannot be used has
/// a flaw. INVALID with the line and what was expected there.
base::Result<std::vector<Profile>> readMcpYaml(const std::string& text);

}  // namespace aip::importer
