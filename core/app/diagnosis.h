#pragma once

#include "app/redaction.h"
#include "app/settings_reader.h"

#include <map>
#include <string>

namespace aip::app {

/// What a bundle for support holds: texts by the names of their files. No secret that is known is in them.
using Diagnosis = std::map<std::string, std::string>;

/// A redaction that hides as well whatever `--print-config` does not show, and variables that plugins get and that are
/// named like secrets. `settings`: as read from `request`; null: they are wrong.
Redaction redactionOfAll(const Redaction& known, const SettingsRequest& request, const Settings* settings);

/// Configuration, versions, the last part of the log, and the heads of the audit chains. Blocks on files.
Diagnosis diagnose(const SettingsRequest& request, const Settings* settings, const Redaction& redaction);

/// {"files":{"NAME":"TEXT"}}
std::string json(const Diagnosis& diagnosis);

}  // namespace aip::app
