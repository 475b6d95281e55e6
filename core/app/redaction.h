#pragma once

#include "app/settings.h"

#include <string>
#include <vector>

namespace aip::app {

/// Keeps secrets out of the log, whoever repeats them: a server, a proxy, a plugin.
class Redaction {
  public:
    /// Of the token and the proxy's credentials.
    explicit Redaction(const Settings& settings);

    /// `text` with "***" for every secret: plain, percent-encoded, in Base64 or as part of a JSON text.
    std::string operator()(std::string text) const;

  private:
    void hide(const std::string& secret);

    std::vector<std::string> _forms;  ///< the longest first, as one may be part of another
};

}  // namespace aip::app
