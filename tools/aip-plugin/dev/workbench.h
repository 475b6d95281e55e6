#pragma once

#include "dev/builder.h"
#include "dev/console.h"
#include "dev/private_agent.h"
#include "dev/sources.h"
#include "dev/work_folder.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::tool::dev {

/// A plugin under development: built, installed for a private agent, checked, loaded; and again after each change.
class Workbench {
  public:
    struct Settings {
        std::filesystem::path folder;      ///< the author's
        std::filesystem::path build;       ///< is kept; empty: a temporary one
        std::vector<std::string> defines;  ///< more settings of the agent
        bool again = true;                 ///< it is built after changes, too
    };

    Workbench(Events& events, Console& console, Kind kind, Settings settings);

    /// False if the plugin does not run as its sources are now; the console has the reason, and what ran before goes
    /// on.
    bool make();
    /// The same if sources have changed since the last time.
    void makeIfChanged();

    bool runs() const { return _agent != nullptr && _agent->runs(); }
    PrivateAgent& agent() { return *_agent; }

  private:
    /// The names of the plugins, installed and checked.
    base::Result<std::string> install(const std::vector<std::filesystem::path>& plugins);
    void check(const std::filesystem::path& plugin);
    base::Result<std::string> makeAll();

    Events& _events;
    Console& _console;
    const Settings _settings;
    const WorkFolder _work;
    Sources _sources;
    const std::unique_ptr<Builder> _builder;
    std::vector<std::string> _ids;
    std::unique_ptr<PrivateAgent> _agent;
};

}  // namespace aip::tool::dev
