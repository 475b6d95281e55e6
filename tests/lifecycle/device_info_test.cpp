#include "lifecycle/device_info.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using aip::lifecycle::DeviceInfo;

namespace {

std::string nested(std::size_t depth) {
    return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

std::string ofSize(std::size_t bytes) {
    return R"({"a":")" + std::string(bytes - 8, 'x') + R"("})";
}

}  // namespace

TEST(DeviceInfo, splicesTheSectionsAsTheyAreWritten) {
    struct Row {
        std::vector<std::string> sections;
        std::string out;  ///< after device_id
    };
    const Row rows[] = {
        {{}, R"("custom_metadata":{"lab":"2"})"},
        {{"{}", " { } "}, R"("custom_metadata":{"lab":"2"})"},
        {{R"({"x":1.50,"y":1e3, "z" : [ 1 , 2 ] })"},
         R"("custom_metadata":{"lab":"2"},"x":1.50,"y":1e3,"z":[ 1 , 2 ])"},
        {{R"({"x":"a,}]\"{:"})", R"({"x":2,"w":"\\"})"}, R"("custom_metadata":{"lab":"2"},"x":"a,}]\"{:","w":"\\")"},
        {{R"({"device_id":"other","device\u005fid":"other"})"}, R"("custom_metadata":{"lab":"2"})"},
        {{R"({"supported_features":[]})", R"({"supported_features":["a"]})", R"({"supported_features":["b",["c"]]})"},
         R"("supported_features":["a","b",["c"]],"custom_metadata":{"lab":"2"})"},
        {{R"({"supported_features":null})", R"({"supported_features":["a"]})"},
         R"("supported_features":null,"custom_metadata":{"lab":"2"})"},
        {{R"({"custom_metadata":{"lab":3,"k":{"q":[1]}}})", R"({"custom_metadata":7})"},
         R"("custom_metadata":{"lab":"2","k":{"q":[1]}})"},
        {{R"({"x":{"deep":{"a":[{}]}},"hostname":"h","platform":"p"})"},
         R"("platform":"p","hostname":"h","custom_metadata":{"lab":"2"},"x":{"deep":{"a":[{}]}})"},
    };
    for (const auto& row : rows) {
        DeviceInfo info("dev1", "", {{"lab", "2"}});
        for (const auto& section : row.sections) {
            EXPECT_TRUE(info.add(section)) << section;
        }
        EXPECT_EQ(info.json(), R"({"device_id":"dev1",)" + row.out + "}");
    }
}

TEST(DeviceInfo, takesNothingOfAFaultySection) {
    for (const auto& section :
         {std::string("[]"), std::string("7"), std::string(R"({"x":1)"), std::string("{\"x\":1,\"y\":\"\xE9\"}"),
          nested(33), nested(300), ofSize(DeviceInfo::maxSectionSize + 1)}) {
        DeviceInfo info("dev1", "", {});
        EXPECT_FALSE(info.add(section)) << section.substr(0, 50);
        EXPECT_EQ(info.json(), R"({"device_id":"dev1","custom_metadata":{}})");
    }
}

TEST(DeviceInfo, takesASectionAtTheLimits) {
    DeviceInfo info("dev1", "", {});
    EXPECT_TRUE(info.add(nested(DeviceInfo::maxSectionDepth)));
    EXPECT_TRUE(info.add(ofSize(DeviceInfo::maxSectionSize)));
}

/// Each section is nearly as large as it may be: to look through all members for each one would take minutes.
TEST(DeviceInfo, takesManyMembersOfSeveralSections) {
    constexpr int rounds = 3;
    constexpr int count = 25'000;
    std::string many;
    std::string features;
    std::string joined;
    for (int i = 0; i < count; ++i) {
        many += (i == 0 ? "\"" : ",\"") + std::to_string(10'000 + i) + "\":0";
    }
    for (int i = 0; i < count / 3; ++i) {
        features += R"(,"supported_features":[1])";
    }
    for (int i = 0; i < rounds * (count / 3); ++i) {
        joined += i == 0 ? "1" : ",1";
    }
    DeviceInfo info("dev1", "", {});
    for (int i = 0; i < rounds; ++i) {
        ASSERT_TRUE(info.add("{" + many + "}"));
        ASSERT_TRUE(info.add(R"({"custom_metadata":{)" + many + "}}"));
        ASSERT_TRUE(info.add(R"({"x":0)" + features + "}"));
    }
    std::string expected = R"({"device_id":"dev1","supported_features":[)";
    expected += joined + R"(],"custom_metadata":{)" + many + "}," + many + R"(,"x":0})";
    EXPECT_TRUE(info.json() == expected);  // not EXPECT_EQ: a failure would print both
}

TEST(DeviceInfo, joinsFeaturesHoweverTheyAreWritten) {
    DeviceInfo info("dev1", "", {});
    for (const auto* features : {"[ ]", "[]", "[ 1 , 2]", "[ ]", "[[]]", R"(["]"])"}) {
        ASSERT_TRUE(info.add(R"({"supported_features": )" + std::string(features) + " }"));
    }
    EXPECT_EQ(info.json(), R"({"device_id":"dev1","supported_features":[ 1,2,[],"]"],"custom_metadata":{}})");
}

TEST(DeviceInfo, whatIsConfiguredGoesOutWhateverItHolds) {
    const DeviceInfo info("d\"\xE9", "", {{"k\xE9", "caf\xE9"}});
    EXPECT_EQ(info.json(),
              "{\"device_id\":\"d\\\"\xEF\xBF\xBD\",\"custom_metadata\":{\"k\xEF\xBF\xBD\":\"caf\xEF\xBF\xBD\"}}");
}
