#include "app/state_directory.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace {

using aip::app::defaultStateDirectory;

struct StateRow {
    std::map<std::string, std::string> environment;
    bool root;
    std::string directory;
};

TEST(StateDirectory, isThatOfTheServiceThenThatOfTheUser) {
    for (const auto& [environment, root, directory] :
         {StateRow{{{"STATE_DIRECTORY", "/var/lib/a"}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, false, "/var/lib/a"},
          StateRow{{{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}}, true, "/var/lib/a"},
          StateRow{{{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, false, "/x/aip-agent"},
          StateRow{{{"XDG_STATE_HOME", "/x"}}, true, "/x/aip-agent"},
          StateRow{
              {{"XDG_STATE_HOME", "x"}, {"STATE_DIRECTORY", "a"}, {"HOME", "/h"}}, false, "/h/.local/state/aip-agent"},
          StateRow{{{"HOME", "/root"}}, true, "/var/lib/aip-agent"}, StateRow{{}, true, "/var/lib/aip-agent"},
          StateRow{{}, false, ""}, StateRow{{{"HOME", "h"}}, false, ""}}) {
        const auto variable = [&environment = environment](const char* name) {
            const auto found = environment.find(name);
            return found == environment.end() ? std::string() : found->second;
        };
        EXPECT_EQ(defaultStateDirectory(variable, root).string(), directory);
    }
}

TEST(StateDirectory, isThatOfTheSettings) {
    aip::app::Settings settings;
    settings.stateDirectory = "/srv/state";
    EXPECT_EQ(stateDirectory(settings), "/srv/state");
}

}  // namespace
