#include "mcp_server/asked_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using aip::base::ByteBudget;
using aip::mcp_server::AskedLines;
using testing::HasSubstr;

constexpr std::size_t longest = 1'000'000;

/// A client, and the messages of it that have no answer yet.
struct Asker {
    explicit Asker(std::shared_ptr<ByteBudget> budget) : lines(longest, std::move(budget)) {}

    /// Why it is left; empty: it is not.
    std::string say(const std::string& text) {
        for (std::size_t at = 0; at < text.size(); at += AskedLines::freeBytes) {
            const auto piece = std::string_view(text).substr(at, AskedLines::freeBytes);
            const auto taken = lines.feed(piece, [this](auto line) { asked.push_back(std::move(line)); });
            if (!taken) {
                return taken.error().text();
            }
        }
        return {};
    }

    AskedLines lines;
    std::vector<AskedLines::Text> asked;
};

const std::string half(400'000, 'x');

TEST(AskedLines, countForAllClientsBeforeTheyHaveAnEnd) {
    const auto budget = std::make_shared<ByteBudget>(600'000);
    Asker slow(budget);
    EXPECT_EQ(slow.say(half), "");
    EXPECT_THAT(Asker(budget).say(half), HasSubstr("leaves no room for a line"));
    Asker third(budget);
    EXPECT_EQ(third.say("short\n" + std::string(60'000, 'y') + "\nunfinished"), "");
    EXPECT_EQ(third.asked.size(), 2U);
}

TEST(AskedLines, countUntilTheirTextIsGone) {
    const auto budget = std::make_shared<ByteBudget>(600'000);
    Asker asker(budget);
    EXPECT_EQ(asker.say(half + "\n"), "");
    EXPECT_THAT(Asker(budget).say(half + "\n"), HasSubstr("leaves no room for a line"));
    ASSERT_EQ(asker.asked.size(), 1U);
    EXPECT_EQ(*asker.asked.front(), half);
    asker.asked.clear();
    Asker next(budget);
    EXPECT_EQ(next.say(half + "\n"), "");
    EXPECT_EQ(next.asked.size(), 1U);
}

TEST(AskedLines, endWithTheirClient) {
    const auto budget = std::make_shared<ByteBudget>(600'000);
    std::make_unique<Asker>(budget)->say(half);
    EXPECT_EQ(Asker(budget).say(half), "");
}

TEST(AskedLines, haveALongestOne) {
    Asker asker(std::make_shared<ByteBudget>(3 * longest));
    EXPECT_EQ(asker.say(std::string(longest, 'x') + "\n"), "");
    EXPECT_THAT(asker.say(std::string(longest + 1, 'x')), HasSubstr("longer than 1000000 bytes"));
}

}  // namespace
