#pragma once

#include "app/settings.h"
#include "base/guarded.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aip::app {

/// Keeps secrets out of the log, whoever repeats them: a server, a proxy, a plugin. Copies share what they know. Any
/// thread.
class Redaction {
  public:
    /// Of the token, the proxy's credentials, the key of MCP clients and the secrets of MCP servers.
    explicit Redaction(const Settings& settings);

    /// Of these as well from now on; those before are still hidden, the oldest ones excepted.
    void learn(const transport::Endpoint& endpoint) const;

    /// Of the secrets of MCP servers as well, instead of those of an earlier call: arguments that are fixed, variables
    /// that are named like secrets, and what of the program's arguments is not shown.
    void learnServers(const std::map<std::string, plugins::ServerSettings>& servers) const;

    /// Another one, which hides what this one knows now, and these as well.
    Redaction with(const std::vector<std::string>& more) const;

    /// `text` with "***" for every secret (plain, percent-encoded, in Base64 or as part of a JSON text), and for what
    /// looks like one: withoutSecrets().
    std::string operator()(std::string text) const;

  private:
    using Forms = std::vector<std::string>;  ///< the longest first, as one may be part of another
    struct Known {
        std::deque<std::string> secrets;  ///< the oldest first
        std::deque<std::string> ofServers;
        std::shared_ptr<const Forms> forms = std::make_shared<Forms>();
    };

    const std::shared_ptr<base::Guarded<Known>> _known = std::make_shared<base::Guarded<Known>>();
};

}  // namespace aip::app
