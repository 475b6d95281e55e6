// What a bundle for support is made of.

#include "app/diagnosis.h"

#include "app/file_tail.h"
#include "app/settings_reader.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(FileTail, isMadeOfWholeLines) {
    const tests::TemporaryFolder folder;
    const auto tail = [&](const std::string& content, std::size_t limit) {
        folder.write("a.log", content);
        const auto lines = lastLines(folder / "a.log", limit);
        return lines ? *lines : lines.error().text();
    };
    EXPECT_EQ(tail("", 10), "");
    EXPECT_EQ(tail("one\ntwo\n", 10), "one\ntwo\n");
    EXPECT_EQ(tail("one\ntwo\n", 6), "two\n");
    EXPECT_EQ(tail("one\ntwo\nthr", 10), "two\n");
    EXPECT_EQ(tail("one long line", 5), "");
    EXPECT_EQ(tail("\n", 5), "\n");
    EXPECT_FALSE(lastLines(folder / "none", 10));
    EXPECT_FALSE(lastLines(folder.path(), 10));
}

TEST(Diagnosis, isThereAlsoWithoutSettings) {
    const tests::TemporaryFolder folder;
    folder.write("a.ini", "[log]\nlevel = loud\n[plugin.x]\nvalue = canary\n");
    const SettingsRequest request{{folder / "a.ini"}, {}};
    const auto redaction = redactionOfAll(Redaction(Settings()), request, nullptr);
    const auto files = diagnose(request, nullptr, redaction);
    EXPECT_THAT(files.at("configuration.txt"), AllOf(HasSubstr("log.level = loud"), Not(HasSubstr("canary"))));
    EXPECT_THAT(files.at("versions.json"), HasSubstr("\"aip-agent\":"));
    EXPECT_FALSE(files.contains("log.txt"));
    EXPECT_EQ(redaction("a canary sings"), "a *** sings");
}

TEST(Diagnosis, isOneJsonObject) {
    EXPECT_EQ(json(Diagnosis{{"a.txt", "x\n"}, {"b.txt", ""}}), R"({"files":{"a.txt":"x\n","b.txt":""}})");
}

}  // namespace
}  // namespace aip::app
