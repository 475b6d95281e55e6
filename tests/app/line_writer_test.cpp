#include "app/line_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>

#include <unistd.h>

namespace aip::app {
namespace {

using std::chrono::milliseconds;

/// A blocking pipe that nobody reads yet. It is full, and its last line is cut off.
class StalledPipe {
  public:
    StalledPipe() {
        EXPECT_EQ(::pipe(_ends.data()), 0);
        const std::string line = std::string(9'000, '.') + "\n";
        while (_writer.write(_ends[1], line, {})) {
        }
    }
    ~StalledPipe() {
        ::close(_ends[0]);
        ::close(_ends[1]);
    }
    StalledPipe(const StalledPipe&) = delete;
    StalledPipe& operator=(const StalledPipe&) = delete;

    base::Result<void> write(std::string_view line, milliseconds patience) {
        return _writer.write(_ends[1], line, patience);
    }

    /// Reads what has been written so far, and leaves out what filled the pipe.
    std::string drain() {
        std::string text(1U << 20U, '\0');
        const ssize_t size = ::read(_ends[0], text.data(), text.size());
        EXPECT_GT(size, 0);
        text.resize(static_cast<std::size_t>(size));
        return text.substr(text.find_last_of('.') + 1);
    }

  private:
    std::array<int, 2> _ends{};
    LineWriter _writer;
};

TEST(LineWriter, neverWaitsLongerThanItsPatience) {
    StalledPipe pipe;
    const auto lost = pipe.write("lost\n", milliseconds(1));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().text(), "Resource temporarily unavailable");
}

TEST(LineWriter, waitsForAReaderThatIsSlow) {
    StalledPipe pipe;
    std::thread reader([&pipe] { pipe.drain(); });
    EXPECT_TRUE(pipe.write("kept\n", std::chrono::minutes(1)));
    reader.join();
}

TEST(LineWriter, beginsALineOfItsOwnAfterOneThatWasCut) {
    StalledPipe pipe;
    EXPECT_EQ(pipe.drain(), "");
    EXPECT_TRUE(pipe.write("next\n", {}));
    EXPECT_TRUE(pipe.write("and more\n", {}));
    EXPECT_EQ(pipe.drain(), "\nnext\nand more\n");
}

}  // namespace
}  // namespace aip::app
