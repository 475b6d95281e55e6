#include "base/sha256.h"

#include <gtest/gtest.h>

namespace aip::base {
namespace {

TEST(Sha256, isThatOfTheStandard) {
    EXPECT_EQ(sha256Of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256Of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, takesPiecesOfOneTextAfterTheOther) {
    Sha256 hash;
    for (int i = 0; i < 2; ++i) {
        hash.update("a");
        hash.update("bc");
        EXPECT_EQ(hash.hex(), sha256Of("abc"));
    }
}

TEST(Sha256, isKnownByItsForm) {
    EXPECT_TRUE(isSha256(sha256Of("abc")));
    EXPECT_FALSE(isSha256(""));
    EXPECT_FALSE(isSha256(std::string(sha256Length, 'A')));
    EXPECT_FALSE(isSha256(std::string(sha256Length + 1, 'a')));
}

}  // namespace
}  // namespace aip::base
