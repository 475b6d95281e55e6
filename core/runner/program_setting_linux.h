#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "hosting/plugin_spec.h"
#include "runner/supervised_linux.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::runner {

/// What each process of a program finds around it, whatever its protocol: its folder, its environment, and its settings
/// as a file. Any thread.
class ProgramSetting {
  public:
    /// EXHAUSTED: no memory or descriptor for the file.
    static base::Result<ProgramSetting> make(const hosting::PluginSpec& spec, base::Descriptor folder);

    /// For an MCP server: `environment` over that of this process ("NAME=value"), no settings.
    static ProgramSetting ofServer(const std::vector<std::string>& environment, base::Descriptor folder);

    const base::Descriptor& folder() const { return _folder; }
    /// Of the environment; empty: there is none.
    std::string variable(std::string_view name) const;
    /// For one process; without its descriptors 0 to 3.
    Supervised::Launch launch(const std::vector<std::string>& command) const;

  private:
    ProgramSetting(base::Descriptor folder, base::Descriptor settings, std::vector<std::string> environment)
        : _folder(std::move(folder)), _settings(std::move(settings)), _environment(std::move(environment)) {}

    base::Descriptor _folder;
    base::Descriptor _settings;
    std::vector<std::string> _environment;
};

}  // namespace aip::runner
