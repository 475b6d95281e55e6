#pragma once

#include "app/settings.h"
#include "base/guarded.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace aip::app {

/// Keeps secrets out of the log, whoever repeats them: a server, a proxy, a plugin. Copies share what they know. Any
/// thread.
class Redaction {
  public:
    /// Of the token and the proxy's credentials.
    explicit Redaction(const Settings& settings);

    /// Of these as well from now on; those before are still hidden, the oldest ones excepted.
    void learn(const transport::Endpoint& endpoint) const;

    /// `text` with "***" for every secret (plain, percent-encoded, in Base64 or as part of a JSON text), and for what
    /// looks like one: withoutSecrets().
    std::string operator()(std::string text) const;

  private:
    using Forms = std::vector<std::string>;  ///< the longest first, as one may be part of another
    struct Known {
        std::deque<std::string> secrets;  ///< the oldest first
        std::shared_ptr<const Forms> forms = std::make_shared<Forms>();
    };

    const std::shared_ptr<base::Guarded<Known>> _known = std::make_shared<base::Guarded<Known>>();
};

}  // namespace aip::app
