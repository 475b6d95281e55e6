// The table of what can be found, and its document.

#include "app/finding.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace aip::app {
namespace {

std::string documented(const FoundRow& row) {
    return "| " + code(row.found) + " | " + std::string(name(row.severity)) + " | " + row.meaning + " | " + row.cure +
           " |";
}

std::vector<std::string> rowsOfTheDocument() {
    std::ifstream readme(AIP_CONFIG_README);
    std::vector<std::string> rows;
    for (std::string line; std::getline(readme, line);) {
        if (line.starts_with("| AIP-")) {
            rows.push_back(line);
        }
    }
    return rows;
}

TEST(FindingTable, isThatOfTheDocument) {
    std::vector<std::string> rows;
    for (const auto& row : findingTable()) {
        rows.push_back(documented(row));
    }
    EXPECT_EQ(rowsOfTheDocument(), rows);
}

TEST(FindingTable, hasEachCodeOnceInOrderWithMeaningAndCure) {
    int before = 100;
    for (const auto& row : findingTable()) {
        EXPECT_GT(static_cast<int>(row.found), before) << row.meaning;
        before = static_cast<int>(row.found);
        EXPECT_NE(std::string(row.meaning), "");
        EXPECT_NE(std::string(row.cure), "");
        EXPECT_EQ(std::string(row.meaning).find('|'), std::string::npos);
        EXPECT_EQ(std::string(row.cure).find('|'), std::string::npos);
        EXPECT_EQ(&rowOf(row.found), &row);
    }
}

Findings two() {
    Findings findings;
    findings.add({Found::unknownKey, "a.ini:7", "", "unknown key 'x'"});
    findings.add({Found::idleSetting, "command line", "log.max_files", "has no effect: \"canary\""});
    return findings;
}

TEST(FindingsReport, haveCodeSeverityPlaceTextAndCure) {
    EXPECT_EQ(two().report(),
              "AIP-102 error: a.ini:7: unknown key 'x'\n"
              "    write it as aip-agent --sample=ini does, or remove it\n"
              "AIP-104 warning: command line: key 'log.max_files': has no effect: \"canary\"\n"
              "    remove it, or set what it depends on\n");
    EXPECT_EQ(two().text(), "a.ini:7: unknown key 'x'");
    EXPECT_TRUE(two().has(Severity::error));
    EXPECT_FALSE(two().has(Severity::note));
}

TEST(FindingsReport, haveNoLineThatAStrangerMakes) {
    Findings findings;
    findings.add({Found::unknownKey, "a.ini:7", "",
                  "\x1b[2Ja\nAIP-104 warning: b \xc2\x9b"
                  "31m\xe2\x80\xae"
                  "c"});
    EXPECT_EQ(findings.text(), R"(a.ini:7: \x1b[2Ja\nAIP-104 warning: b \u009b31m\u202ec)");
}

TEST(FindingsReport, areJson) {
    const auto shown = [](std::string text) {
        const auto at = text.find("canary");
        return at == std::string::npos ? text : text.replace(at, 6, "***");
    };
    EXPECT_EQ(json(two(), shown),
              R"([{"code":"AIP-102","severity":"error","origin":"a.ini:7","text":"unknown key 'x'",)"
              R"("cure":"write it as aip-agent --sample=ini does, or remove it"},)"
              R"({"code":"AIP-104","severity":"warning","origin":"command line","setting":"log.max_files",)"
              R"("text":"has no effect: \"***\"","cure":"remove it, or set what it depends on"}])");
}

}  // namespace
}  // namespace aip::app
