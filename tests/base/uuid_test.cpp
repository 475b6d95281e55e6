#include "base/uuid.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace {

TEST(Uuid4, hasTheFormOfARandomUuid) {
    const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    for (int i = 0; i < 100; ++i) {
        const std::string text = aip::base::uuid4();
        EXPECT_TRUE(std::regex_match(text, form)) << text;
    }
}

TEST(Uuid4, doesNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_TRUE(seen.insert(aip::base::uuid4()).second);
    }
}

}  // namespace
