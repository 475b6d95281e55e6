#include "app/own_log.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

namespace aip::app {
namespace {

using base::Code;
using tests::TemporaryFolder;

std::filesystem::perms permissionsOf(const std::string& path) {
    return std::filesystem::status(path).permissions();
}

TEST(OwnLog, isInAFolderOfTheUserOnly) {
    const TemporaryFolder folder;
    const auto log = OwnLog::take(folder / "home/state");
    ASSERT_TRUE(log) << log.error().text();
    EXPECT_EQ(log->file(), folder / "home/state/log/mcp.log");
    EXPECT_EQ(permissionsOf(folder / "home/state/log"), std::filesystem::perms::owner_all);
}

TEST(OwnLog, hasOneWriterPerFile) {
    const TemporaryFolder folder;
    std::optional<OwnLog> first;
    {
        auto taken = OwnLog::take(folder.path());
        ASSERT_TRUE(taken);
        first.emplace(*std::move(taken));
    }
    const auto second = OwnLog::take(folder.path());
    ASSERT_TRUE(second);
    EXPECT_EQ(second->file(), folder / "log/mcp-2.log");
    first.reset();
    const auto third = OwnLog::take(folder.path());
    ASSERT_TRUE(third);
    EXPECT_EQ(third->file(), folder / "log/mcp.log");
}

TEST(OwnLog, saysWhyItHasNoPlace) {
    EXPECT_EQ(OwnLog::take({}).error().code(), Code::notFound);
    const TemporaryFolder folder;
    folder.write("log", "a file in the way");
    EXPECT_NE(OwnLog::take(folder.path()).error().text().find("mcp.log.lock"), std::string::npos);
}

}  // namespace
}  // namespace aip::app
