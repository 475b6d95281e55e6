#include "plugins/output_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using aip::plugins::OutputLog;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int warn = 3;

class OutputLogTest : public testing::Test {
  protected:
    std::vector<std::string> lines;
    OutputLog log{[this](int /*level*/, std::string_view line) { lines.emplace_back(line); }, warn};
    const aip::base::Clock::TimePoint start{1h};

    static std::string flood(std::size_t size) {
        std::string bytes;
        while (bytes.size() < size) {
            bytes += "a line of a flood\n";
        }
        return bytes;
    }
};

TEST_F(OutputLogTest, makesLinesOfPieces) {
    log.write("one\ntw", start);
    log.write("o\n\nthree", start + 1s);
    EXPECT_THAT(lines, ElementsAre("one", "two", ""));
    log.finish();
    EXPECT_EQ(lines.back(), "three");
    EXPECT_EQ(log.lastWords(), "one | two |  | three");
}

TEST_F(OutputLogTest, dropsAFloodAndSaysHowManyLines) {
    const std::string bytes = flood(OutputLog::mostAtOnce);
    log.write(bytes, start);
    const auto most = lines.size();
    for (int i = 0; i < 10; ++i) {
        log.write(bytes, start + 1ms);
    }
    EXPECT_LT(lines.size(), most + 200);
    EXPECT_GE(lines.size(), most);
    log.write("calm\n", start + 500ms);
    EXPECT_EQ(lines.back(), "calm");
    const auto told = lines.size();
    log.write("calm again\n", start + 2s);
    ASSERT_EQ(lines.size(), told + 2);
    EXPECT_THAT(lines[told], EndsWith(" of the lines that it has written are dropped: it wrote too many"));
    EXPECT_GT(std::stoul(lines[told]), 500'000U);
    EXPECT_EQ(lines.back(), "calm again");
    log.write("calm\n", start + 4s);
    EXPECT_EQ(lines.size(), told + 3);
}

TEST_F(OutputLogTest, keepsTheLastWordsOfAFlood) {
    log.write(flood(4 * OutputLog::mostAtOnce) + "and so it ends\nwith this", start);
    EXPECT_THAT(log.lastWords(), HasSubstr("a line of a flood | and so it ends"));
    log.finish();
    EXPECT_EQ(lines.back(), "with this");
    EXPECT_THAT(log.lastWords(), EndsWith("a line of a flood | and so it ends | with this"));
    EXPECT_THAT(lines[lines.size() - 2], HasSubstr("are dropped"));
}

TEST_F(OutputLogTest, aLineWithoutAnEndIsDroppedAsWell) {
    log.write(flood(OutputLog::mostAtOnce - flood(1).size()), start);
    const auto most = lines.size();
    for (int i = 0; i < 100; ++i) {
        log.write(std::string(64UL << 10U, 'x'), start);
    }
    EXPECT_EQ(lines.size(), most);
    log.finish();
    EXPECT_THAT(lines[most], StartsWith("100 of the lines"));
}

}  // namespace
