#pragma once

#include "app/command_line.h"
#include "app/settings_reader.h"

namespace aip::app {

// What the agent does instead of running; each returns the exit code.

int listPlugins(const Settings& settings);

/// Starts every plugin once, looks at this machine, goes as far as line.reach to the server, and writes all that was
/// found.
int checkAll(const Settings& settings, const CommandLine& line);

/// `settings`: as read from `request`.
int printConfiguration(const SettingsRequest& request, const base::Result<Settings, Findings>& settings);

/// The same; the diagnosis is that of an agent that does not run.
int printDiagnosis(const SettingsRequest& request, const base::Result<Settings, Findings>& settings);

/// Writes what is wrong.
int refuse(const Findings& findings, const CommandLine& line);

}  // namespace aip::app
