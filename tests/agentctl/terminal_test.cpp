#include "terminal.h"

#include "base/descriptor.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace {

using aip::agentctl::readerHasGone;
using aip::base::Descriptor;

/// What standard output is while this lives.
class StandardOutput {
  public:
    explicit StandardOutput(const Descriptor& other) { ::dup2(other.get(), STDOUT_FILENO); }
    StandardOutput(const StandardOutput&) = delete;
    StandardOutput& operator=(const StandardOutput&) = delete;
    ~StandardOutput() { ::dup2(_before.get(), STDOUT_FILENO); }

  private:
    const Descriptor _before{::dup(STDOUT_FILENO)};
};

TEST(Terminal, knowsThatTheReaderOfAPipeHasGone) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    Descriptor reader(ends[0]);
    const Descriptor writer(ends[1]);
    bool before = true;
    bool after = false;
    {
        const StandardOutput output(writer);
        before = readerHasGone();
        reader = {};
        after = readerHasGone();
    }
    EXPECT_FALSE(before);
    EXPECT_TRUE(after);
}

TEST(Terminal, aFullDiskIsNotAReaderThatHasGone) {
    const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    bool gone = true;
    {
        const StandardOutput output(full);
        gone = readerHasGone();
    }
    EXPECT_FALSE(gone);
}

}  // namespace
