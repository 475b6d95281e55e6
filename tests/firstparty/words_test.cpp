#include "plugins/shell/words.h"

#include "plugins/shell/refused.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::shell {
namespace {

using Words = std::vector<std::string>;

TEST(Words, areSplitByTheQuotingRulesOfThePosixShell) {
    const std::pair<std::string, Words> rows[] = {
        {"ls -la /home", {"ls", "-la", "/home"}},
        {"  ls\t -l \n", {"ls", "-l"}},
        {"", {}},
        {" \n ", {}},
        {"echo ''", {"echo", ""}},
        {"echo \"\" x", {"echo", "", "x"}},
        {"echo 'a b' \"c d\"", {"echo", "a b", "c d"}},
        {"echo a'b c'd\"e f\"", {"echo", "ab cde f"}},
        {"echo a\\ b", {"echo", "a b"}},
        {"echo a\\ ", {"echo", "a "}},
        {R"(echo '\n' "\n")", {"echo", "\\n", "\\n"}},
        {R"(echo "\"\\\$\`" \"\'\\)", {"echo", "\"\\$`", "\"'\\"}},
        {"echo \"a\\\nb\"", {"echo", "ab"}},
        {"echo 'it'\\''s'", {"echo", "it's"}},
        {"echo 'a\nb'", {"echo", "a\nb"}},
        {"echo # no comment", {"echo", "#", "no", "comment"}},
        {"echo h\xC3\xA9", {"echo", "h\xC3\xA9"}},
    };
    for (const auto& [command, words] : rows) {
        EXPECT_EQ(splitWords(command), words) << command;
    }
}

TEST(Words, areNeverExpanded) {
    EXPECT_EQ(splitWords("ls *.txt ~ $HOME ${HOME} {a,b} [x] !1 a?"),
              (Words{"ls", "*.txt", "~", "$HOME", "${HOME}", "{a,b}", "[x]", "!1", "a?"}));
}

TEST(Words, takeShellOperatorsInQuotesForText) {
    EXPECT_EQ(splitWords("grep \"a|b\" f"), (Words{"grep", "a|b", "f"}));
    EXPECT_EQ(splitWords(R"x(grep 'x;y&z<>`$(id)' "|;&<>`$(id)" a\|b \$\(x)x"),
              (Words{"grep", "x;y&z<>`$(id)", "|;&<>`$(id)", "a|b", "$(x"}));
}

std::string shellRefusal(const std::string& command) {
    try {
        splitWords(command);
    } catch (const Refused& refused) {
        return refused.what();
    }
    return "nothing refused";
}

TEST(Words, refuseWhatOnlyAShellCouldDoAndSaySo) {
    for (const char* command : {"ls | sh", "ls;id", "ls && id", "sleep 1&", "cat <f", "ls >f", "ls 2>&1", "echo `id`",
                                "echo $(id)", "echo a$(id)", "ls|sh"}) {
        EXPECT_THAT(shellRefusal(command), testing::HasSubstr("There is no shell here")) << command;
    }
    EXPECT_THAT(shellRefusal("echo $(id)"), testing::HasSubstr("'$('"));
}

TEST(Words, refuseLineBreaksNulAndOpenQuotes) {
    EXPECT_THAT(shellRefusal("ls\nid"), testing::HasSubstr("line break"));
    EXPECT_THAT(shellRefusal("ls\rid"), testing::HasSubstr("line break"));
    EXPECT_THAT(shellRefusal("ls \\\nid"), testing::HasSubstr("line break"));
    EXPECT_THAT(shellRefusal(std::string("ls \0 id", 7)), testing::HasSubstr("NUL"));
    EXPECT_THAT(shellRefusal("echo 'a"), testing::HasSubstr("single quote"));
    EXPECT_THAT(shellRefusal("echo \"a"), testing::HasSubstr("double quote"));
    EXPECT_THAT(shellRefusal("echo \"a\\"), testing::HasSubstr("double quote"));
    EXPECT_THAT(shellRefusal("echo a\\"), testing::HasSubstr("backslash"));
}

}  // namespace
}  // namespace aip::shell
