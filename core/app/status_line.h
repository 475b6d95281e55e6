#pragma once

#include "app/redaction.h"
#include "lifecycle/session_status.h"

#include <string>

namespace aip::app {

/// "registered with wss://...", "no connection to wss://...: refused; next attempt in 5 s": for the service manager.
/// One line of bounded length, without secrets.
std::string statusLine(const lifecycle::SessionStatus& status, const Redaction& redaction);

}  // namespace aip::app
