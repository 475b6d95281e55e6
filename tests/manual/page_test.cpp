#include "page.h"

#include "app/named_keys.h"
#include "app/server_sections.h"
#include "app/setting_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::manual {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* help =
    "usage: tool COMMAND [OPTION]...\n\nDoes it.\n\nCommands:\n  make  Makes it.\n\nOptions:\n  -h, --help  Show "
    "this.\n\n"
    "Exit codes:\n  0   done\n\nRead on: man tool.\n";
constexpr const char* makeHelp =
    "usage: tool make FILE [OPTION]...\n\nMakes it.\n\nOptions:\n  --fast      Be fast.\n  -h, --help  Show this.\n";

Program toolProgram() {
    return {"tool", *HelpPage::parse(help), {{"make", *HelpPage::parse(makeHelp)}}};
}

TEST(ProgramPage, hasItsPartsInOrder) {
    const auto page = programPage(toolProgram(), ".\\\" @generated@\n.SH FILES\nnone\n");
    ASSERT_TRUE(page);
    std::size_t last = 0;
    for (const char* part :
         {".TH TOOL 1 ", ".SH NAME\ntool \\- does it\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\nDoes it.\n",
          ".SH COMMANDS\n", ".SS make\n", "Makes it.\n", ".SH OPTIONS\n", ".SH EXIT STATUS\n", ".SH FILES\nnone\n"}) {
        const auto at = page->find(part);
        ASSERT_NE(at, std::string::npos) << part << *page;
        EXPECT_GE(at, last) << part;
        last = at;
    }
    EXPECT_THAT(*page, Not(HasSubstr("Read on")));
}

TEST(ProgramPage, hasAnOptionOfEveryCommandOnce) {
    const auto page = programPage(toolProgram(), ".\\\" @generated@\n");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->find("Show this."), page->rfind("Show this."));
    EXPECT_THAT(*page, HasSubstr("Be fast."));
}

TEST(ProgramPage, needsAPlaceForIt) {
    EXPECT_FALSE(programPage(toolProgram(), ".SH FILES\n"));
}

TEST(SettingsPage, hasEverySettingAndEveryKeyThatIsNamed) {
    const auto page = settingsPage(".\\\" @generated@\n");
    ASSERT_TRUE(page);
    for (const auto& row : app::settingTable()) {
        EXPECT_THAT(*page, HasSubstr("\n\\fB" + std::string(row.key) + "\\fR")) << row.key;
    }
    for (const auto& row : app::serverKeys()) {
        EXPECT_THAT(*page, HasSubstr("\n\\fB" + std::string(row.name) + "\\fR")) << row.name;
    }
    for (const auto& row : app::namedKeys()) {
        EXPECT_THAT(*page, HasSubstr("\n\\fB" + std::string(row.name) + "\\fR")) << row.name;
    }
}

}  // namespace
}  // namespace aip::manual
