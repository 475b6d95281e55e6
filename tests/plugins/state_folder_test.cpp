#include "plugins/state_folder.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using aip::base::Code;
using aip::plugins::ProcessUser;
using aip::plugins::stateFolder;
using aip::tests::TemporaryFolder;
using std::filesystem::path;
using testing::HasSubstr;

struct stat statusOf(const path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status;
}

mode_t modeOf(const path& file) {
    return statusOf(file).st_mode & 07777U;
}

/// With an open umask, as a process may have.
class StateFolder : public testing::Test {
  protected:
    StateFolder() : _before(::umask(0)) {}
    ~StateFolder() override { ::umask(_before); }

    const TemporaryFolder temporary;
    const path state = temporary.path() / "lib" / "aip-agent";

  private:
    const mode_t _before;
};

TEST_F(StateFolder, isMadeForThePluginAlone) {
    const auto folder = stateFolder(state, "camera", {});
    ASSERT_TRUE(folder) << folder.error().text();
    EXPECT_EQ(*folder, state / "plugins" / "camera");
    EXPECT_EQ(modeOf(*folder), 0700U);
    EXPECT_EQ(modeOf(state / "plugins"), 0711U);
    EXPECT_EQ(statusOf(*folder).st_uid, ::geteuid());
}

TEST_F(StateFolder, isTheSameForTheNextVersionWithWhatIsInIt) {
    const auto folder = stateFolder(state, "camera", {});
    ASSERT_TRUE(folder);
    aip::tests::writeFile(*folder / "kept", "1");
    const auto again = stateFolder(state, "camera", {});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(aip::tests::readFile(*again / "kept"), "1");
    EXPECT_NE(*stateFolder(state, "other", {}), *again);
}

TEST_F(StateFolder, isClosedToOthersIfTheyCouldRead) {
    const auto folder = stateFolder(state, "camera", {});
    ASSERT_EQ(::chmod(folder->c_str(), 0755), 0);
    ASSERT_TRUE(stateFolder(state, "camera", {}));
    EXPECT_EQ(modeOf(*folder), 0700U);
}

TEST_F(StateFolder, isRefusedIfOthersCouldWriteOnTheWayToIt) {
    ASSERT_TRUE(stateFolder(state, "camera", {}));
    for (const path& open : {state, state / "plugins", state / "plugins" / "camera"}) {
        const mode_t before = modeOf(open);
        ASSERT_EQ(::chmod(open.c_str(), before | 0020U), 0);
        const auto folder = stateFolder(state, "camera", {});
        ASSERT_FALSE(folder) << open;
        EXPECT_EQ(folder.error().code(), Code::denied);
        EXPECT_EQ(folder.error().text(), open.string() + " can be written by others: chmod go-w it");
        ASSERT_EQ(::chmod(open.c_str(), before), 0);
    }
}

TEST_F(StateFolder, isNotDeniedForLackOfDescriptors) {
    ASSERT_TRUE(stateFolder(state, "camera", {}));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto during = stateFolder(state, "camera", {});
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_FALSE(during);
    EXPECT_EQ(during.error().code(), Code::exhausted) << during.error().text();
    EXPECT_TRUE(stateFolder(state, "camera", {}));
}

TEST_F(StateFolder, isNoLink) {
    ASSERT_TRUE(stateFolder(state, "camera", {}));
    std::filesystem::create_directory(temporary.path() / "elsewhere");
    std::filesystem::create_directory_symlink(temporary.path() / "elsewhere", state / "plugins" / "other");
    EXPECT_EQ(stateFolder(state, "other", {}).error().code(), Code::denied);
    aip::tests::writeFile(state / "plugins" / "file", "");
    EXPECT_THAT(stateFolder(state, "file", {}).error().text(), HasSubstr("Not a directory"));
    std::filesystem::create_directory_symlink(state, temporary.path() / "link");
    EXPECT_TRUE(stateFolder(temporary.path() / "link", "camera", {}));
}

TEST_F(StateFolder, belongsToTheUserWhoRunsThePlugin) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root gives files away";
    }
    const ProcessUser nobody{65534, 65534};
    ASSERT_EQ(::chmod(temporary.path().c_str(), 0711), 0);
    const auto folder = stateFolder(state, "camera", nobody);
    ASSERT_TRUE(folder) << folder.error().text();
    EXPECT_EQ(statusOf(*folder).st_uid, 65534U);
    EXPECT_EQ(modeOf(*folder), 0700U);
    EXPECT_THAT(stateFolder(state, "camera", {}).error().text(), HasSubstr("belongs to user 65534, not to 0"));
    ASSERT_EQ(::chmod(temporary.path().c_str(), 0700), 0);
    EXPECT_THAT(stateFolder(state, "camera", nobody).error().text(),
                HasSubstr(temporary.path().string() + " does not let user 65534 through"));
}

TEST_F(StateFolder, isNotMadeWhereAStrangerRules) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root gives files away";
    }
    ASSERT_TRUE(stateFolder(state, "camera", {}));
    ASSERT_EQ(::chown(state.c_str(), 65534, 65534), 0);
    EXPECT_THAT(stateFolder(state, "other", {}).error().text(), HasSubstr("belongs to user 65534, not to 0"));
    EXPECT_FALSE(std::filesystem::exists(state / "plugins" / "other"));
}

}  // namespace
