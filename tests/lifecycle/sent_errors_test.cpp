#include "lifecycle/sent_errors.h"

#include <gtest/gtest.h>

#include <string>

using aip::lifecycle::SentErrors;

TEST(SentErrors, recognisesEachTextHoweverOftenItComesBack) {
    SentErrors errors;
    EXPECT_FALSE(errors.isEcho("a"));
    errors.sent("a");
    errors.sent("");
    EXPECT_TRUE(errors.isEcho("a"));
    EXPECT_TRUE(errors.isEcho("a"));
    EXPECT_TRUE(errors.isEcho(""));
    EXPECT_FALSE(errors.isEcho("a "));
}

TEST(SentErrors, remembersTheLastOnes) {
    SentErrors errors;
    for (std::size_t i = 0; i <= SentErrors::limit; ++i) {
        errors.sent(std::to_string(i));
    }
    EXPECT_FALSE(errors.isEcho("0"));
    EXPECT_TRUE(errors.isEcho("1"));
    EXPECT_TRUE(errors.isEcho(std::to_string(SentErrors::limit)));
}
