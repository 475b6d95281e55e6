#include "base/nearest.h"

#include <gtest/gtest.h>

namespace {

using aip::base::didYouMean;
using aip::base::nearestName;

const std::vector<std::string> keys{"server.url", "server.token_file", "log.level", "log.file"};

TEST(NearestName, findsTheOneThatWasMeant) {
    EXPECT_EQ(nearestName("server.ulr", keys), "server.url");
    EXPECT_EQ(nearestName("sever.url", keys), "server.url");
    EXPECT_EQ(nearestName("server.tokenfile", keys), "server.token_file");
    EXPECT_EQ(nearestName("log.lvel", keys), "log.level");
    EXPECT_EQ(nearestName("log.file", keys), "log.file");
}

TEST(NearestName, saysNothingWhenNoneIsNear) {
    EXPECT_EQ(nearestName("colour", keys), std::nullopt);
    EXPECT_EQ(nearestName("", keys), std::nullopt);
    EXPECT_EQ(nearestName("x", {}), std::nullopt);
    EXPECT_EQ(nearestName(std::string(100'000, 'a'), keys), std::nullopt);
}

TEST(NearestName, comparesOnlySoManyNames) {
    std::vector<std::string> many(10'000, std::string(200, 'a'));
    many.push_back(std::string(199, 'b'));
    EXPECT_EQ(nearestName(std::string(200, 'b'), many), std::nullopt);
    many.assign(10'000, "short");
    many.push_back(std::string(199, 'b'));
    EXPECT_EQ(nearestName(std::string(200, 'b'), many), many.back());
}

TEST(NearestName, knowsFromTheSizesWhichNamesAreTooDifferent) {
    using aip::base::mayBeNear;
    EXPECT_TRUE(mayBeNear(9, 6));
    EXPECT_FALSE(mayBeNear(9, 5));
    EXPECT_TRUE(mayBeNear(1, 0));
    EXPECT_FALSE(mayBeNear(257, 256));
}

TEST(DidYouMean, isReadyToBePutBehindAnError) {
    EXPECT_EQ(didYouMean("log.levle", keys), "; did you mean 'log.level'?");
    EXPECT_EQ(didYouMean("colour", keys), "");
}

}  // namespace
