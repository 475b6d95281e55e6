#pragma once

#include "app/command_line.h"
#include "app/settings.h"

#include <Poco/Util/ServerApplication.h>

#include <string>
#include <vector>

namespace aip::app {

class Agent;

/// The process: a POCO server application, so that --daemon and --pidfile are what operators know.
class AgentApplication : public Poco::Util::ServerApplication {
  public:
    /// Everything from the arguments to the exit code.
    int launch(int argc, char** argv);

  protected:
    void defineOptions(Poco::Util::OptionSet& options) override;
    int main(const std::vector<std::string>& arguments) override;

  private:
    void reload(Agent& agent) const;
    std::string helpText();

    CommandLine _line;
    Settings _settings;
};

}  // namespace aip::app
