#include "plugin_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

#include <sys/utsname.h>

namespace aip::tests {
namespace {

class SystemInfo : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(host.start("{}"), AIP_OK);
        const auto answer = host.collect();
        ASSERT_EQ(answer.status, AIP_OK) << answer.error;
        text = answer.result;
        ASSERT_EQ(parser.parse(simdjson::padded_string(text)).get(document), simdjson::SUCCESS);
    }

    std::string textOf(const char* name) const { return std::string(document[name].get_string().value()); }

    std::vector<std::string> features() const {
        std::vector<std::string> all;
        const simdjson::dom::array list = document["supported_features"].get_array();
        for (const auto feature : list) {
            all.emplace_back(feature.get_string().value());
        }
        return all;
    }

    PluginHost host{SYSTEM_INFO_LIBRARY};
    std::string text;
    simdjson::dom::parser parser;
    simdjson::dom::element document;
};

TEST_F(SystemInfo, hasTheFieldsOfTheWireInTheirOrder) {
    std::vector<std::string> names;
    const simdjson::dom::object object = document.get_object();
    for (const auto field : object) {
        names.emplace_back(field.key);
    }
    EXPECT_THAT(names, testing::ElementsAre("platform", "os_version", "cpu_count", "memory_total_gb", "hostname",
                                            "ip_address", "supported_features", "platform_type", "schema_version"));
}

TEST_F(SystemInfo, tellsWhatTheKernelTells) {
    utsname names{};
    ASSERT_EQ(::uname(&names), 0);
    EXPECT_EQ(textOf("platform"), "linux");
    EXPECT_EQ(textOf("os_version"), names.version);
    EXPECT_EQ(textOf("hostname"), names.nodename);
    EXPECT_EQ(textOf("platform_type"), "computer");
    EXPECT_EQ(textOf("schema_version"), "1.0");
    EXPECT_GE(document["cpu_count"].get_int64().value(), 1);
}

TEST_F(SystemInfo, roundsTheMemoryToTwoDecimals) {
    std::ifstream meminfo("/proc/meminfo");
    std::string label;
    double kibibytes = 0;
    meminfo >> label >> kibibytes;
    double gibibytes = 0;
    ASSERT_EQ(document["memory_total_gb"].get(gibibytes), simdjson::SUCCESS);
    EXPECT_NEAR(gibibytes, kibibytes / 1024 / 1024, 0.006);
    EXPECT_NEAR(gibibytes * 100, std::round(gibibytes * 100), 1e-6);
}

TEST_F(SystemInfo, hasAnAddress) {
    EXPECT_THAT(textOf("ip_address"), testing::MatchesRegex("[0-9a-f.:]+"));
}

TEST_F(SystemInfo, offersOnlyFeaturesThatAreHere) {
    EXPECT_THAT(features(), testing::IsSupersetOf({"cli", "file_system", "linux_apps"}));
    EXPECT_THAT(features(), testing::IsSubsetOf({"gui", "cli", "browser", "file_system", "office", "linux_apps"}));
}

TEST_F(SystemInfo, offersGuiWhereThereIsADisplay) {
    ::setenv("DISPLAY", ":0", 1);
    const auto answer = host.collect();
    ::unsetenv("DISPLAY");
    EXPECT_THAT(answer.result, testing::HasSubstr(R"("supported_features":["gui","cli")"));
}

}  // namespace
}  // namespace aip::tests
