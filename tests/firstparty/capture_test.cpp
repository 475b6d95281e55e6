#include "plugins/shell/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::shell {
namespace {

TEST(Capture, keepsAllThatFits) {
    Capture capture(10);
    capture.add("abc");
    capture.add("defghij");
    EXPECT_EQ(capture.text(), "abcdefghij");
}

TEST(Capture, keepsHeadAndTailAndSaysHowMuchWasCut) {
    Capture capture(10);
    capture.add("abcdefgh");
    capture.add("ijklmnopqrstuvwxyz");
    EXPECT_EQ(capture.text(), "abcde\n... [16 bytes cut] ...\nvwxyz");
}

TEST(Capture, keepsTheSameHoweverTheBytesArrive) {
    std::string all;
    for (int i = 0; i < 5000; ++i) {
        all += std::to_string(i);
    }
    Capture whole(1000);
    whole.add(all);
    for (const std::size_t step : {1U, 7U, 499U, 500U, 501U, 4096U}) {
        Capture pieces(1000);
        for (std::size_t at = 0; at < all.size(); at += step) {
            pieces.add(std::string_view(all).substr(at, step));
        }
        EXPECT_EQ(pieces.text(), whole.text()) << step;
    }
}

TEST(Capture, neverCutsThroughACharacter) {
    Capture capture(10);
    capture.add(
        "abc\xE2\x82\xAC"
        "0123456\xE2\x82\xAC"
        "xyz");
    EXPECT_EQ(capture.text(), "abc\n... [13 bytes cut] ...\nxyz");
}

}  // namespace
}  // namespace aip::shell
