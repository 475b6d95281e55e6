#include "control/socket.h"

#include "base/descriptor.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace {

using namespace aip::tests;
using aip::base::Code;
using aip::control::makeWay;
using testing::HasSubstr;

TEST(ControlSocket, makesItsFolder) {
    const TemporaryFolder folder;
    EXPECT_TRUE(makeWay({folder / "run/control.sock", ""}));
    struct stat info {};
    ASSERT_EQ(::stat((folder / "run").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    EXPECT_EQ(makeWay({folder / "a/b/control.sock", ""}).error().code(), Code::unavailable);
}

TEST(ControlSocket, isNotWhereStrangersMayWrite) {
    const TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
    const auto made = makeWay({folder / "control.sock", ""});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code(), Code::denied);
}

TEST(ControlSocket, takesTheWayOfNothingElse) {
    const TemporaryFolder folder;
    folder.write("control.sock", "precious");
    const auto made = makeWay({folder / "control.sock", ""});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().text(), HasSubstr("is not a socket"));
    EXPECT_EQ(readFile(folder / "control.sock"), "precious");
}

TEST(ControlSocket, refusesPathsThatTheSystemCannotTake) {
    EXPECT_EQ(makeWay({"relative.sock", ""}).error().code(), Code::invalid);
    EXPECT_EQ(makeWay({"/tmp/" + std::string(200, 'x'), ""}).error().code(), Code::invalid);
}

TEST(ControlSocket, namesAGroupThatIsNotThere) {
    const TemporaryFolder folder;
    const auto made = makeWay({folder / "run/control.sock", "no-such-group"});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().text(), HasSubstr("no-such-group"));
}

}  // namespace
