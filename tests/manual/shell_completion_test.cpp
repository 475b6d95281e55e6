#include "aip-plugin/shell_completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::tool {
namespace {

using testing::HasSubstr;

const CompletedProgram program{"a-tool",
                               {{"make", "Makes it: here.", {"fast", "slow"}, {{"--to", true, "Ann's [place]: \\"}}}},
                               {{"--help", false, "Show the help."}}};

TEST(ShellCompletion, quotesForEachShell) {
    EXPECT_THAT(*completionScript(program, "bash"), HasSubstr("make) words='fast slow --to=' ;;"));
    EXPECT_THAT(*completionScript(program, "zsh"), HasSubstr(R"('*--to=[Ann'\''s \[place\]\: \\]:value:_files')"));
    EXPECT_THAT(*completionScript(program, "zsh"), HasSubstr("'make:Makes it: here.'"));
    EXPECT_THAT(*completionScript(program, "fish"), HasSubstr(R"(-l to -r -F -d 'Ann'\''s [place]: \')"));
}

TEST(ShellCompletion, completesAProgramWithoutCommands) {
    const CompletedProgram plain{"a-tool", {}, program.options};
    EXPECT_THAT(*completionScript(plain, "bash"), HasSubstr("    words='--help'\n"));
    EXPECT_THAT(*completionScript(plain, "zsh"), HasSubstr("'*--help[Show the help.]'"));
    EXPECT_THAT(*completionScript(plain, "fish"), HasSubstr("complete -c a-tool -l help -d 'Show the help.'"));
}

TEST(ShellCompletion, knowsThreeShells) {
    EXPECT_FALSE(completionScript(program, "cmd"));
}

}  // namespace
}  // namespace aip::tool
