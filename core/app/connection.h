#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "base/file.h"

#include <string>
#include <vector>

namespace aip::app {

/// A file in PEM form; empty if there is no `file`.
base::Result<std::string> readPem(const std::string& file, base::Access access);

/// A file with one line user:password.
base::Result<std::string> readProxyCredentials(const std::string& file);

/// An endpoint, read again.
struct Renewal {
    transport::Endpoint endpoint;
    std::vector<std::string> changed;  ///< the settings whose content is another than before
    std::vector<base::Error> faults;   ///< what they name stays as it was
};

/// `current` with the token, the proxy's credentials, the certificates and the key that are now in the files of
/// `settings`, each of which is opened once. What belongs together (CA, certificate, key and pins) changes together or
/// not at all. The errors name the setting and the file; they hold no secret. Blocks on the files.
Renewal renewed(transport::Endpoint current, const Settings& settings);

/// Completes settings.session.endpoint: what renewed() reads, and the proxy of the environment if none is set. Returns
/// all that is wrong.
std::vector<base::Error> resolveConnection(Settings& settings);

}  // namespace aip::app
