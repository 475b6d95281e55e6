// Several files, and how much they may hold.

#include "tests/app/settings_reader_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace aip::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(SettingsReader, readsSeveralFilesOfWhichTheLastWins) {
    std::filesystem::create_directory(_folder / "d");
    tests::writeFile(_folder / "d/20.ini", "[client]\nid = twenty\n");
    tests::writeFile(_folder / "d/10.xml", "<aip-agent><client><id>ten</id></client></aip-agent>");
    tests::writeFile(_folder / "d/.99.ini", "broken");
    tests::writeFile(_folder / "d/99.ini~", "broken");
    tests::writeFile(_folder / "b.ini", "[client]\nid = b\n[log]\nlevel = warn\n");
    const auto read = readSettings({{_folder / "b.ini", _folder / "d"}, {}});
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->session.clientId, "twenty");
    EXPECT_EQ(read->log.level, "warn");
    EXPECT_EQ(readSettings({{_folder / "d", _folder / "b.ini"}, {}})->session.clientId, "b");
    std::filesystem::create_directory(_folder / "empty.ini");
    EXPECT_EQ(readSettings({{_folder / "empty.ini"}, {}}).error().text(),
              _folder / "empty.ini" + ": holds no .ini or .xml file");
    std::filesystem::create_directory(_folder / "d/30.ini");
    EXPECT_EQ(readSettings({{_folder / "d"}, {}}).error().text(), _folder / "d/30.ini" + ": not a plain file");
}

TEST_F(SettingsReader, namesTheFilesOfAFolderThatItDoesNotRead) {
    std::filesystem::create_directories(_folder / "d/sub");
    tests::writeFile(_folder / "d/a.ini", "[client]\nid = a\n");
    for (const std::string name : {"b.INI", "c.conf", "a.ini~", "e.xml.bak", "#a.ini#", ".hidden", ".a.ini.swp"}) {
        tests::writeFile(_folder / "d/" + name, "broken");
    }
    const auto read = readSettings({{_folder / "d"}, {}});
    ASSERT_TRUE(read) << read.error().text();
    std::vector<std::string> named;
    for (const auto& each : read->findings.all()) {
        if (each.found == Found::ignoredFile && each.text.find("is not read") != std::string::npos) {
            named.push_back(std::filesystem::path(each.origin).filename());
        }
    }
    EXPECT_THAT(named, ElementsAre("#a.ini#", "a.ini~", "b.INI", "c.conf", "e.xml.bak", "sub"));
}

TEST_F(SettingsReader, boundsWhatAllFilesHoldTogether) {
    std::filesystem::create_directory(_folder / "d");
    for (int i = 0; i < 9; ++i) {
        std::string content = "[device.metadata]\n";
        for (int j = 0; j < 2'000; ++j) {
            content += "k" + std::to_string(i) + "_" + std::to_string(j) + " = v\n";
        }
        tests::writeFile(_folder / "d/" + std::to_string(i) + ".ini", content);
    }
    EXPECT_EQ(readSettings({{_folder / "d"}, {}}).error().text(),
              _folder / "d/8.ini" +
                  ": with this file the configuration has more than 16384 keys; nothing is "
                  "read from here on");
}

TEST_F(SettingsReader, readsNoFileThatOthersMayWrite) {
    tests::writeFile(_folder / "a.ini", "");
    std::filesystem::permissions(_folder / "a.ini", std::filesystem::perms(0666));
    EXPECT_EQ(readSettings({{_folder / "a.ini"}, {}}).error().text(),
              _folder / "a.ini" + " can be written by others: chmod go-w it");
}

/// Each key stands for the one before it many times.
std::string pyramid(int levels, int width, const std::string& top) {
    std::string ini = "[device.metadata]\nk0 = " + top + "\n";
    for (int level = 1; level <= levels; ++level) {
        ini += "k" + std::to_string(level) + " = ";
        for (int i = 0; i < width; ++i) {
            ini += "${device.metadata.k" + std::to_string(level - 1) + "}";
        }
        ini += "\n";
    }
    return ini;
}

TEST_F(SettingsReader, refusesReferencesThatStandForTooMuch) {
    EXPECT_EQ(errorIn(pyramid(3, 4, "x")), "");
    EXPECT_THAT(errorIn(pyramid(8, 100, "x")), HasSubstr("stand for more than 16 MiB"));
    EXPECT_THAT(errorIn(pyramid(9, 100, "\"\"")), HasSubstr("stand for more than 16 MiB"));
    std::string wide = "[device.metadata]\nk = " + std::string(1'000'000, 'x') + "\n";
    for (int i = 0; i < 20; ++i) {
        wide += "w" + std::to_string(i) + " = ${device.metadata.k}\n";
    }
    EXPECT_THAT(errorIn(wide), HasSubstr("stand for more than 16 MiB"));
}

TEST_F(SettingsReader, readsFourMebibytesInAll) {
    const std::string half = "[device.metadata]\n# " + std::string((2UL << 20U) - 100, '-') + "\n";
    tests::writeFile(_folder / "1.ini", half);
    tests::writeFile(_folder / "2.ini", half);
    EXPECT_TRUE(readSettings({{_folder / "1.ini", _folder / "2.ini"}, {}}));
    tests::writeFile(_folder / "3.ini", half);
    const auto more = readSettings({{_folder / "1.ini", _folder / "2.ini", _folder / "3.ini"}, {}});
    ASSERT_FALSE(more);
    EXPECT_THAT(more.error().text(), HasSubstr("3.ini: the files of the configuration may hold 4 MiB together"));
}

TEST_F(SettingsReader, proposesTheFirstHundredNamesOnly) {
    std::string ini = "[server]\n";
    for (int i = 0; i < 150; ++i) {
        ini += "url" + std::to_string(i) + " = x\n";
    }
    const std::string found = errorIn(ini);
    std::size_t proposals = 0;
    for (auto at = found.find("did you mean"); at != std::string::npos; at = found.find("did you mean", at + 1)) {
        ++proposals;
    }
    EXPECT_EQ(proposals, 100U);
    EXPECT_THAT(found, HasSubstr("unknown key 'server.url149'"));
}

}  // namespace
}  // namespace aip::app
