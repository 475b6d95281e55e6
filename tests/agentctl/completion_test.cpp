#include "completion.h"

#include "commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace aip::agentctl;
using testing::HasSubstr;

TEST(Completion, knowsEveryCommandAndOption) {
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        const auto script = completionScript(shell);
        ASSERT_TRUE(script);
        for (const auto& command : commands()) {
            EXPECT_THAT(*script, HasSubstr(std::string(command.name))) << shell;
            for (const auto& option : optionsOf(command)) {
                EXPECT_THAT(*script, HasSubstr(std::string(option.name.substr(2)))) << shell;
            }
        }
    }
    EXPECT_FALSE(completionScript("cmd"));
}

}  // namespace
