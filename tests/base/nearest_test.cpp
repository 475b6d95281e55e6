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

TEST(NearestName, takesABoundedTime) {
    const std::vector<std::string> many(1'000'000, std::string(100, 'b'));
    EXPECT_EQ(nearestName(std::string(100, 'a'), many), std::nullopt);
    std::vector<std::string> others(1'000'000, "x");
    others.emplace_back("server.url");
    EXPECT_EQ(nearestName("server.ulr", others), "server.url") << "names of other lengths take no time";
}

TEST(DidYouMean, isReadyToBePutBehindAnError) {
    EXPECT_EQ(didYouMean("log.levle", keys), "; did you mean 'log.level'?");
    EXPECT_EQ(didYouMean("colour", keys), "");
}

}  // namespace
