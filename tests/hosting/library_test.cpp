#include "hosting/library.h"

#include <gtest/gtest.h>

namespace {

using aip::hosting::loadProblem;

constexpr const char* boost = "boost::dll::shared_library::load() failed (dlerror system message: ";

TEST(LoadProblem, isWhatTheLoaderSays) {
    EXPECT_EQ(loadProblem(std::string(boost) + "/proc/7/fd/3: undefined symbol: helper): Bad file descriptor"),
              "/proc/7/fd/3: undefined symbol: helper");
    EXPECT_EQ(loadProblem("another text"), "another text");
    EXPECT_EQ(loadProblem(std::string(boost) + "without an end"), std::string(boost) + "without an end");
}

TEST(LoadProblem, namesALibraryThatIsMissing) {
    EXPECT_EQ(loadProblem(std::string(boost) + "libpng99.so.1: cannot open shared object file: No such file or "
                                               "directory): Bad file descriptor"),
              "needs libpng99.so.1, which the system does not find");
}

}  // namespace
