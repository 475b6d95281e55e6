#include "plugins/limited_log.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace aip::plugins;

TEST(LimitedLog, isOfOnePlugin) {
    std::vector<std::string> lines;
    const auto sink = [&](int, std::string_view line) { lines.emplace_back(line); };
    const aip::hosting::LogSink first = limitedLog(sink);
    for (int i = 0; i < 100'000; ++i) {
        first(2, "again");
    }
    EXPECT_GE(lines.size(), pluginLines.lines);
    EXPECT_LT(lines.size(), 10 * pluginLines.lines);
    limitedLog(sink)(2, "another plugin");
    EXPECT_EQ(lines.back(), "another plugin");
}

TEST(LimitedLog, countsBytes) {
    std::size_t bytes = 0;
    const aip::hosting::LogSink log = limitedLog([&](int, std::string_view line) { bytes += line.size(); });
    for (int i = 0; i < 100; ++i) {
        log(2, std::string(8 << 10, '\x01'));
    }
    EXPECT_LT(bytes, 150'000U) << "in the log each of them takes four";
}

}  // namespace
