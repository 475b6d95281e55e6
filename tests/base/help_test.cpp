#include "base/help.h"

#include "base/build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::base::Help;
using aip::base::helpText;
using aip::base::librariesInUse;
using aip::base::unknownWord;
using aip::base::versionText;
using aip::base::wrongUsage;
using testing::MatchesRegex;

TEST(Help, hasOneForm) {
    const Help help{.usage = {"tool FILE", "tool --version"},
                    .summary = "Does it.",
                    .details = "One\nparagraph.\n\n  kept   as it is\n",
                    .options = {{"-c, --config=PATH", "Where."}, {"--fast", "Be fast."}},
                    .exitCodes = {{0, "done"}, {64, "wrong usage"}},
                    .more = "Read on: man tool."};
    EXPECT_EQ(helpText(help),
              "usage: tool FILE\n"
              "       tool --version\n"
              "\n"
              "Does it.\n"
              "\n"
              "One paragraph.\n"
              "\n"
              "  kept   as it is\n"
              "\n"
              "Options:\n"
              "  -c, --config=PATH  Where.\n"
              "  --fast             Be fast.\n"
              "\n"
              "Exit codes:\n"
              "  0   done\n"
              "  64  wrong usage\n"
              "\n"
              "Read on: man tool.\n");
}

TEST(Help, wrapsAtEightyCharacters) {
    const std::string word(19, 'a');
    const std::string text = word + " " + word + " " + word + " " + word;  // 79
    EXPECT_EQ(helpText({.usage = {"t"}, .summary = text + " b", .more = text + "bb"}),
              "usage: t\n\n" + text + "\nb\n\n" + word + " " + word + " " + word + "\n" + word + "bb\n");
}

TEST(Help, putsAMeaningBelowAWideForm) {
    const Help help{.usage = {"t"},
                    .summary = "T.",
                    .options = {{"--fast", "Be."}, {"--a-name-that-is-far-too-long=VALUE", "Below."}},
                    .more = "R."};
    EXPECT_THAT(helpText(help), testing::HasSubstr("  --fast  Be.\n"
                                                   "  --a-name-that-is-far-too-long=VALUE\n"
                                                   "          Below.\n"));
}

TEST(Help, namesAWrongWordWithoutItsValue) {
    EXPECT_EQ(unknownWord("--token=secret"), "unknown option '--token'");
    EXPECT_EQ(unknownWord("fly"), "unknown command 'fly'");
    EXPECT_EQ(wrongUsage("tool", "no"), "tool: no; see tool --help\n");
    EXPECT_EQ(wrongUsage("tool", "no", "make"), "tool: no; see tool make --help\n");
}

TEST(Build, isSaidWithTheLibrariesInUse) {
    EXPECT_THAT(versionText("tool", {{"Other", "1.2", ""}}),
                MatchesRegex("tool [0-9]+[.][0-9]+[.][0-9]+\nbuild: [^\n]+\nlibraries:\n(  [^\n]+\n)*"
                             "  Other           1.2       headers only\n"));
}

TEST(LibrariesInUse, haveAVersionAndAFileEach) {
    std::vector<std::string> names;
    for (const auto& library : librariesInUse()) {
        names.push_back(library.name);
        EXPECT_THAT(library.version, MatchesRegex("[0-9]+[.][0-9.]+")) << library.name;
        EXPECT_THAT(library.file, testing::StartsWith("lib")) << library.name;
    }
    EXPECT_THAT(names, testing::Contains("fmt"));
}

}  // namespace
