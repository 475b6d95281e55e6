#include "help_page.h"

#include "base/help.h"
#include "completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::manual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(HelpPage, readsWhatHelpTextMakes) {
    const base::Help help{.usage = {"tool COMMAND [OPTION]...", "tool --version"},
                          .summary = "Does something that takes so many words to say that they need a second line.",
                          .details = "First:\n  word   what it means\n         and more of it\nSecond.\n",
                          .commands = {{"make", "Makes it."}},
                          .options = {{"-c, --config=PATH", "Where it is."},
                                      {"--a-name-that-is-too-long-for-the-column=VALUE", "Below."}},
                          .exitCodes = {{0, "done"}, {64, "wrong usage"}},
                          .more = "Read on: man tool."};
    const auto page = HelpPage::parse(base::helpText(help));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->usage, help.usage);
    EXPECT_EQ(page->summary(), help.summary);
    EXPECT_THAT(page->list("First:"), ElementsAre(HelpItem{"word", "what it means and more of it"}));
    EXPECT_EQ(page->blocks[2].text, "Second.");
    EXPECT_THAT(page->list("Commands:"), ElementsAre(HelpItem{"make", "Makes it."}));
    EXPECT_THAT(page->list("Options:"),
                ElementsAre(HelpItem{"-c, --config=PATH", "Where it is."},
                            HelpItem{"--a-name-that-is-too-long-for-the-column=VALUE", "Below."}));
    EXPECT_THAT(page->list("Exit codes:"), ElementsAre(HelpItem{"0", "done"}, HelpItem{"64", "wrong usage"}));
    EXPECT_TRUE(page->list("Files:").empty());
}

TEST(HelpPage, saysWhatHasNotTheForm) {
    const std::pair<const char*, const char*> rows[] = {
        {"", "does not begin with 'usage: '"},
        {"tool FILE\n", "does not begin with 'usage: '"},
        {"usage: tool\n", "says nothing"},
        {"usage: tool\n\n  word  what it means\n", "belongs to no paragraph"},
        {"usage: tool\n\nDoes it.\n        more\n", "belongs to nothing in a list"},
    };
    for (const auto& [text, why] : rows) {
        const auto page = HelpPage::parse(text);
        ASSERT_FALSE(page) << text;
        EXPECT_THAT(page.error().text(), HasSubstr(why)) << text;
    }
}

TEST(HelpPage, isCompletedByTheLongNames) {
    const auto help = HelpPage::parse(
        "usage: tool\n\nDoes it.\n\nOptions:\n  -c, --config=PATH  Where.\n  --connect[=far]    How.\n  -o OUT         "
        "    "
        "What.\n");
    ASSERT_TRUE(help);
    const auto words = completed({"tool", *help, {}});
    ASSERT_EQ(words.options.size(), 3U);
    EXPECT_EQ(words.options[0].name, "--config");
    EXPECT_TRUE(words.options[0].takesValue);
    EXPECT_EQ(words.options[1].name, "--connect");
    EXPECT_FALSE(words.options[1].takesValue);
    EXPECT_EQ(words.options[2].name, "-o");
    EXPECT_TRUE(words.options[2].takesValue);
}

}  // namespace
}  // namespace aip::manual
